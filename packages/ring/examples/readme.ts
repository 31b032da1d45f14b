import assert from 'node:assert/strict';
import {
  formatTokenClaim,
  keySlot,
  movedRanges,
  parseSlotRanges,
  pendingOwnersOf,
  type RingInput,
  RingReader,
  ringConfig,
  SlotMap,
} from '@hearsay/ring';

// What members tell in their node state: 128 tokens each, derived from their names.
const tells = (name: string, zone: string, status: 'joining' | 'normal' = 'normal'): RingInput => {
  return { name, zone, generation: 1, tokens: formatTokenClaim({ status, tokens: 128 }) };
};
const reader = new RingReader(ringConfig());
const three = [tells('api-1', 'east'), tells('api-2', 'east'), tells('api-3', 'west')];

// Every node computes the same owners: the first owns the key, the next one holds a replica in another zone.
const before = reader.read(three).current;
assert.deepEqual(before.ownersOf('user:42', 2), ['api-2', 'api-3']);

// One more joins. Until it is done it only has a claim, and what it will own is pending.
const joining = reader.read([...three, tells('api-4', 'west', 'joining')]);
assert.deepEqual(joining.current.ownersOf('user:0', 1), ['api-3']);
assert.deepEqual(pendingOwnersOf(joining, 'user:0', 1), ['api-4']);

// Then it owns, and exactly these ranges have moved: all of them to it, none between the others.
const after = reader.read([...three, tells('api-4', 'west')]).current;
for (const moved of movedRanges(before, after, 1)) assert.deepEqual(moved.after, ['api-4']);

// Slots, as Redis Cluster has them: the higher config epoch wins.
const slots = new SlotMap([
  { name: 'api-1', epoch: 1, ranges: parseSlotRanges('0-8191') ?? [] },
  { name: 'api-2', epoch: 2, ranges: parseSlotRanges('8000-16383') ?? [] },
]);
assert.equal(keySlot('{user1000}.following'), keySlot('{user1000}.followers'));
assert.equal(slots.ownerOf(keySlot('foo')), 'api-2');
assert.equal(slots.ownerOf(8_000), 'api-2');
