import assert from 'node:assert/strict';
import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import {
  type Packet,
  type PacketSizes,
  StackCore,
  type StackEvent,
  type StackTimer,
  stackConfig,
} from '@hearsay/stack';

/** Sizes come from whoever encodes the packets: `@hearsay/wire`, or JSON as here. */
const jsonBytes = (value: unknown) => JSON.stringify(value).length;
const sizes: PacketSizes = {
  overheadBytes: () => 100,
  sizeOf: jsonBytes,
  claimBytes: jsonBytes,
  rumorBytes: jsonBytes,
  recordBytes: jsonBytes,
};

/** A node at `name:1`: what it asks for is collected in `out`. */
function node(name: string) {
  const stack = new StackCore({
    config: stackConfig(),
    self: { name, address: `${name}:1`, generation: 1, tags: new Map() },
    sizes,
    rng: new Rng(1).fork(name),
    wallClock: new WallClock(0, 0),
    cluster: '',
  });
  return { stack, out: new RecordingOutbox<Packet, StackTimer, StackEvent>() };
}

const a = node('a');
const b = node('b');
b.stack.step({ kind: 'command', command: { type: 'start' } }, 0, b.out);
a.stack.step({ kind: 'command', command: { type: 'join', seeds: ['b:1'] } }, 0, a.out);

// Carry packets between the two until neither has anything to say.
for (let isBusy = true; isBusy; ) {
  isBusy = false;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const { message } of from.out.sends.splice(0)) {
      to.stack.step({ kind: 'message', from: from.stack.self.address, message }, 0, to.out);
      isBusy = true;
    }
  }
}
assert.equal(a.stack.table.get('b')?.status, 'alive');
assert.equal(b.stack.table.get('a')?.status, 'alive');
assert.equal(a.stack.digests.members, b.stack.digests.members);
