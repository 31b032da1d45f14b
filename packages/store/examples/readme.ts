import assert from 'node:assert/strict';
import { HybridClock, utf8Bytes } from '@hearsay/core';
import { Store, storeConfig, versionOf } from '@hearsay/store';

const replica = (origin: string) => new Store({ config: storeConfig(), origin, clock: new HybridClock(60_000) });
const a = replica('api-1');
const b = replica('api-2');

// Both write the same key in the same millisecond, and neither has heard of the other.
const first = a.set('flags/dark-mode', utf8Bytes('on'), 1_000);
const second = b.set('flags/dark-mode', utf8Bytes('off'), 1_000);

// They swap records in any order, as often as the network likes.
assert.equal(a.merge(second, 1_005).kind, 'accepted');
assert.equal(a.merge(second, 1_005).kind, 'stale');
assert.equal(b.merge(first, 1_005).kind, 'stale');
assert.deepEqual(a.read('flags/dark-mode'), b.read('flags/dark-mode'));
assert.equal(versionOf(second), '1000.0.api-2');

// A deletion is a record as well, so the old value does not come back.
const tombstone = a.delete('flags/dark-mode', 1_010);
assert(tombstone);
b.merge(tombstone, 1_015);
b.merge(second, 1_020);
assert.equal(b.read('flags/dark-mode'), undefined);
assert.deepEqual(b.list({ prefix: 'flags/' }), []);
