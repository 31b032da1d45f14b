import assert from 'node:assert/strict';
import { Driver, isEndpoint, Rng, WallClock } from '@hearsay/core';
import { MemberTable, membershipConfig, NO_TAGS } from '@hearsay/membership';
import {
  type SwimCommand,
  SwimCore,
  type SwimEvent,
  type SwimMessage,
  type SwimTimer,
  swimConfig,
} from '@hearsay/swim';

// Here the clock and the network are a list of what is due.
let nowMs = 0;
const due: { readonly atMs: number; readonly run: () => void }[] = [];
const after = (delayMs: number, run: () => void): void => {
  due.push({ atMs: nowMs + delayMs, run });
  due.sort((a, b) => a.atMs - b.atMs);
};
const receivers = new Map<string, (packet: string) => void>();

// A transport of your own needs two things: text for messages, and the name of the sender if it is a known member.
const toText = (_key: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);
const fromText = (key: string, value: unknown): unknown =>
  key === 'tags' ? new Map(value as [string, string][]) : value;

function start(name: string): Driver<SwimCommand, SwimMessage, SwimTimer, SwimEvent> {
  const self = { name, address: `${name}.test:7946`, generation: 1_750_000_000, tags: NO_TAGS };
  const table = new MemberTable(membershipConfig(), { name, zone: '' });
  const core = new SwimCore({
    config: swimConfig(),
    table,
    rng: new Rng(1).fork(name),
    wallClock: new WallClock(self.generation * 1_000, 0),
    sizeOf: (claim) => JSON.stringify(claim).length,
    self,
  });
  const driver = new Driver<SwimCommand, SwimMessage, SwimTimer, SwimEvent>(core, {
    nowMs: () => nowMs,
    schedule: (timer, delayMs) => after(delayMs, () => receivers.has(self.address) && driver.timer(timer)),
    send: (to, message) => {
      const news = core.piggyback(to, 1_000); // rides on whatever leaves anyway
      const packet = JSON.stringify({ from: self, messages: news ? [message, news] : [message] }, toText);
      const address = isEndpoint(to) ? to : table.get(to)?.address;
      after(5, () => receivers.get(address ?? '')?.(packet));
    },
    notify: (event) => {
      if (event.type !== 'probe-ended') story.push(`${name}: ${event.type}`);
      if (event.type === 'member-failed') assert.equal(event.evidence.accusations[0]?.grounds?.nackCount, 1);
    },
  });
  receivers.set(self.address, (packet) => {
    const { from, messages } = JSON.parse(packet, fromText);
    const sender = table.get(from.name)?.address === from.address ? from.name : from.address;
    for (const message of messages) driver.message(sender, message);
  });
  driver.command({ type: 'start' });
  return driver;
}

// Three nodes; two of them join the first. After ten seconds one of them crashes.
const story: string[] = [];
start('a');
for (const name of ['b', 'c']) start(name).command({ type: 'join', seeds: ['a.test:7946'] });
after(10_000, () => receivers.delete('c.test:7946'));
for (let next = due.shift(); next !== undefined && next.atMs < 30_000; next = due.shift()) {
  nowMs = next.atMs;
  next.run();
}

assert.deepEqual(
  new Set(story.slice(-4)),
  new Set(['a: member-suspected', 'a: member-failed', 'b: member-suspected', 'b: member-failed']),
);
