import assert from 'node:assert/strict';
import { deltaFor, Rng } from '@hearsay/core';
import {
  aliveClaim,
  type Claim,
  lifeAfter,
  MemberTable,
  membershipConfig,
  NodeState,
  nodeStateConfig,
  ProbeOrder,
  tagsDigest,
  zonedSample,
} from '@hearsay/membership';

const generation = 1_750_000_000; // when the processes started, in seconds
const wallMs = (generation + 60) * 1_000;
const tags = new Map([['role', 'db']]);
const alive = (name: string, zone: string): Claim =>
  aliveClaim({ name, address: `${name}.test:7946`, generation, zone, tagsDigest: tagsDigest(tags) });

// What is said about db-1: it is there; somebody could not reach it; it refutes, with a higher incarnation.
const present = alive('db-1', 'east');
const suspected: Claim = { ...present, status: 'suspect', accuser: 'api-2' };
const refuted: Claim = { ...present, ...lifeAfter(suspected) };

// Two nodes hear it in different orders, one of them only in part, and hold the same.
const table = new MemberTable(membershipConfig(), { name: 'api-1', zone: 'east' });
const other = new MemberTable(membershipConfig(), { name: 'api-2', zone: 'west' });
for (const claim of [present, suspected, refuted]) assert.equal(table.merge(claim, wallMs, 0).kind, 'accepted');
assert.equal(other.merge(refuted, wallMs, 0).kind, 'accepted');
assert.equal(other.merge(suspected, wallMs, 0).kind, 'stale');
assert.deepEqual(table.get('db-1'), other.get('db-1'));

// What cannot be true is refused, and changes nothing.
const absurd = { ...present, generation: 0xffff_ffff };
assert.deepEqual(table.merge(absurd, wallMs, 0), { kind: 'refused', reason: 'generation-ahead' });

// Claims only name their tags by a digest; whoever has them may hand them over.
assert.deepEqual([...table.tags.missing()], ['db-1']);
assert.equal(table.tags.put('db-1', new Map([['role', 'admin']])), false);
assert.equal(table.tags.put('db-1', tags), true);

// Whom to contact: mostly the own zone, but of several picks never only the own zone.
for (const name of ['db-2', 'db-3', 'db-4']) table.merge(alive(name, 'east'), wallMs, 0);
table.merge(alive('db-5', 'west'), wallMs, 0);
const rng = new Rng(1);
assert.ok(zonedSample(table, rng, 2, 900).includes('db-5'));

// Whom to probe: everybody once in each traversal, in a new order each time.
const order = new ProbeOrder(rng);
for (const name of table.peers.values()) order.add(name);
const traversal = Array.from({ length: order.size }, () => order.next());
assert.deepEqual(new Set(traversal), new Set(['db-1', 'db-2', 'db-3', 'db-4', 'db-5']));

// Who is gone for a day is forgotten, and is not learned again from who has not forgotten yet.
const dead: Claim = { ...refuted, status: 'dead', accuser: 'api-2', endedAtSeconds: generation + 60 };
for (const each of [table, other]) each.merge(dead, wallMs, 0);
assert.deepEqual([...table.deadPeers.values()], ['db-1']);
const dayLaterMs = wallMs + 86_400_000 + 1;
assert.deepEqual(table.reap(dayLaterMs), ['db-1']);
assert.deepEqual(table.merge(dead, dayLaterMs, 0), { kind: 'refused', reason: 'expired' });

// What a member tells about itself: it alone writes, and whoever has come less far gets what lies above.
const stateOf = (name: string) => new NodeState({ config: nodeStateConfig(), self: { name, generation } });
const [writer, reader] = [stateOf('db-1'), stateOf('api-1')];
writer.set('load', '0.7');
const delta = deltaFor(writer, 'db-1', reader.versionOf('db-1'));
assert(delta);
assert.equal(reader.apply(delta, wallMs).kind, 'accepted');
assert.equal(reader.get('db-1', 'load'), '0.7');
