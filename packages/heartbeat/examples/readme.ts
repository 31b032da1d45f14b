import assert from 'node:assert/strict';
import { Driver, Rng } from '@hearsay/core';
import {
  type HeartbeatCommand,
  HeartbeatCore,
  type HeartbeatEvent,
  type HeartbeatMessage,
  type HeartbeatTimer,
  heartbeatConfig,
  phiConfig,
} from '@hearsay/heartbeat';
import { aliveClaim, MemberTable, membershipConfig } from '@hearsay/membership';

// Here the clock and the network are a list of what is due.
let nowMs = 0;
const due: { readonly atMs: number; readonly run: () => void }[] = [];
const after = (delayMs: number, run: () => void): void => {
  due.push({ atMs: nowMs + delayMs, run });
  due.sort((a, b) => a.atMs - b.atMs);
};

type Node = Driver<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer, HeartbeatEvent>;
const live = new Map<string, Node>();
const story: string[] = [];
const names = ['a', 'b', 'c'];

for (const name of names) {
  const claims = names.map((other) => aliveClaim({ name: other, address: `${other}.test:7946`, generation: 1 }));
  const table = new MemberTable(membershipConfig(), { name, zone: '' });
  for (const claim of claims) table.merge(claim, 0, nowMs);
  const core = new HeartbeatCore({
    config: heartbeatConfig(),
    phi: phiConfig({ phiMax: 8 }),
    table,
    rng: new Rng(1).fork(name),
    self: { name, address: `${name}.test:7946` },
  });
  const node: Node = new Driver(core, {
    nowMs: () => nowMs,
    schedule: (timer, delayMs) => after(delayMs, () => live.has(name) && node.timer(timer)),
    send: (to, message) => after(5, () => live.get(to)?.message(name, message)),
    notify: (event) => {
      if (event.type !== 'member-failed') return;
      const { finding } = event.evidence;
      if (finding?.rule === 'phi') story.push(`${name}: ${event.claim.name} failed, phi ${Math.floor(finding.phi)}`);
    },
  });
  live.set(name, node);
  node.command({ type: 'start' });
}

// Two minutes later one of the three crashes, and the others find out by themselves.
after(120_000, () => live.delete('c'));
for (let next = due.shift(); next !== undefined && next.atMs < 180_000; next = due.shift()) {
  nowMs = next.atMs;
  next.run();
}
assert.deepEqual(new Set(story), new Set(['a: c failed, phi 8', 'b: c failed, phi 8']));
