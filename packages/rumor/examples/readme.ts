import assert from 'node:assert/strict';
import { RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import {
  type Rumor,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '@hearsay/rumor';

const names = ['a', 'b', 'c', 'd', 'e'];
const nodes = names.map((self) => {
  const peers = new PeerSet();
  for (const name of names) if (name !== self) peers.add(name);
  const sizeOf = (rumor: Rumor): number => rumor.payload.length + 40;
  const core = new RumorCore({ config: rumorConfig(), self, peers, rng: new Rng(1).fork(self), sizeOf });
  return { self, core, out: new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>() };
});

// One node publishes.
const id = { origin: 'a', generation: 1, sequence: 0 };
const rumor: Rumor = { id, topic: 'cache.invalidate', payload: new Uint8Array([42]), priority: 'high' };
nodes[0]?.core.step({ kind: 'command', command: { type: 'publish', rumor } }, 0, nodes[0].out);

// Here the clock and the network are a loop: all rounds that are due, then all packets that were sent.
let nowMs = 0;
while (nodes.some(({ core }) => core.hotCount > 0)) {
  nowMs += 200;
  for (const { core, out } of nodes) {
    for (const { timer } of out.timers.splice(0)) core.step({ kind: 'timer', timer }, nowMs, out);
  }
  for (const { self, out } of nodes) {
    for (const { to, message } of out.sends.splice(0)) {
      const receiver = nodes.find((node) => node.self === to);
      receiver?.core.step({ kind: 'message', from: self, message }, nowMs, receiver.out);
    }
  }
}

// Everyone has learned it once, and nobody spreads it any more.
for (const { core, out } of nodes) {
  assert.deepEqual(
    out.events.map(({ type }) => type),
    ['rumor-learned', 'rumor-spent'],
  );
  assert.ok(core.hasSeen(id));
}
