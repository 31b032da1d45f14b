import assert from 'node:assert/strict';
import { utf8Bytes } from '@hearsay/core';
import { ClusterSimulation } from '@hearsay/simulator';

const cluster = new ClusterSimulation({ seed: 7, nodeCount: 5, network: { lossPerMille: 50 } });
for (const name of cluster.names) cluster.start(name, ['node-1']);
const cores = () => cluster.liveNames().map((name) => cluster.core(name));
assert.ok(cluster.world.runUntil(() => cores().every(({ table }) => table.countOf('alive') === 5), 30_000));

cluster.command('node-1', { type: 'store-set', key: 'flags/dark-mode', value: utf8Bytes('on') });
cluster.crash('node-5');
assert.ok(cluster.world.runUntil(() => cores().every(({ table }) => table.get('node-5')?.status === 'dead'), 60_000));
assert.ok(cluster.world.runUntil(() => new Set(cores().map(({ digests }) => digests.store)).size === 1, 30_000));
