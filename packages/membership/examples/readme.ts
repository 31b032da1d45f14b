import assert from 'node:assert/strict';
import { Rng } from '@hearsay/core';
import { aliveClaim, MemberTable, membershipConfig, zonedSample } from '@hearsay/membership';

const wallMs = 1_750_000_000_000;
const generation = wallMs / 1_000;
const table = new MemberTable(membershipConfig(), { name: 'a', zone: 'east' });
const b = aliveClaim({ name: 'b', address: '10.0.0.2:7946', generation, zone: 'east' });
const c = aliveClaim({ name: 'c', address: '10.0.0.3:7946', generation, zone: 'west' });
for (const claim of [b, c]) assert.equal(table.merge(claim, wallMs, 0).kind, 'accepted');

// Somebody suspects b; b refutes with a higher incarnation. Whatever the order, the result is the same.
table.merge({ ...b, incarnation: 1 }, wallMs, 10);
assert.equal(table.merge({ ...b, status: 'suspect', accuser: 'c' }, wallMs, 20).kind, 'stale');
assert.deepEqual([table.get('b')?.status, table.get('b')?.incarnation], ['alive', 1]);

// A restarted member has a higher generation, so even its own death is old news.
table.merge({ ...c, status: 'dead', accuser: 'b', endedAtSeconds: generation + 5 }, wallMs, 30);
assert.equal(table.deadPeers.size, 1);
table.merge({ ...c, generation: generation + 9 }, wallMs, 40);
assert.deepEqual([table.countOf('alive'), table.deadPeers.size], [2, 0]);

// Two peers to gossip with: near ones are preferred, and one is always far.
assert.deepEqual(new Set(zonedSample(table, new Rng(1), 2, 900)), new Set(['b', 'c']));
