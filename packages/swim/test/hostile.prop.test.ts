/** Whatever peers say, in whatever order and at whatever time: no throw, no lost name, no leak. */
import {
  arbitraryClaim,
  arbitraryEndpoint,
  arbitraryName,
  arbitraryRecord,
  arbitraryRumor,
  arbitrarySwimMessage,
  arbitraryTags,
  extremeClaim,
  extremeEndpoint,
  extremeName,
  extremeRecord,
  extremeRumor,
  extremeTags,
  extremeUint32,
  type MessageDomain,
} from '@hearsay/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SwimCommand, SwimMessage } from '../src/index.ts';
import { Solo, type SoloOptions } from './solo.ts';

/** `self` among the names, so that we are spoken of and spoken for. */
const name = fc.oneof(arbitraryName(), fc.constant('self'));
const SMALL: MessageDomain = {
  name,
  endpoint: arbitraryEndpoint(),
  uint32: fc.nat(3),
  claim: fc.tuple(arbitraryClaim(), name).map(([claim, about]) => ({ ...claim, name: about })),
  tags: arbitraryTags(),
  rumor: arbitraryRumor(),
  record: arbitraryRecord(),
  itemCountMax: 3,
};
const EXTREME: MessageDomain = {
  name: fc.oneof(extremeName(), name),
  endpoint: extremeEndpoint(),
  uint32: extremeUint32(),
  claim: fc.tuple(extremeClaim(), fc.oneof(extremeName(), name)).map(([claim, about]) => ({ ...claim, name: about })),
  tags: extremeTags(),
  rumor: extremeRumor(),
  record: extremeRecord(),
  itemCountMax: 5,
};

type Move =
  | { readonly kind: 'hear'; readonly from: string; readonly message: SwimMessage }
  /** Answers what we asked last, so that acks and nacks with our own sequences occur. */
  | { readonly kind: 'answer'; readonly type: 'ack' | 'nack'; readonly path: 'packet' | 'stream' }
  | { readonly kind: 'accuse'; readonly status: 'suspect' | 'dead' | 'left' | 'alive'; readonly ahead: number }
  | { readonly kind: 'command'; readonly command: SwimCommand }
  /** Fires a timer that is pending, due or not. */
  | { readonly kind: 'fire'; readonly index: number }
  | { readonly kind: 'run' | 'pause' | 'piggyback'; readonly amount: number };

function moves(domain: MessageDomain): fc.Arbitrary<Move[]> {
  const commands = fc.oneof(
    fc.record({ type: fc.constantFrom('start', 'leave') }),
    fc.record({ type: fc.constant('join'), seeds: fc.array(arbitraryEndpoint(), { maxLength: 2 }) }),
    fc.record({ type: fc.constant('force-leave'), name: domain.name }),
    fc.record({ type: fc.constant('ping'), name: domain.name, token: fc.nat(9) }),
    fc.record({ type: fc.constant('learn'), claims: fc.array(domain.claim, { maxLength: 3 }), from: domain.name }),
    fc.record({ type: fc.constant('set-tags'), tags: arbitraryTags() }),
  ) as fc.Arbitrary<SwimCommand>;
  const hear = fc.record<Move>({
    kind: fc.constant('hear'),
    from: fc.oneof(domain.name, domain.endpoint),
    message: arbitrarySwimMessage(domain),
  });
  const move = fc.oneof(
    { arbitrary: hear, weight: 6 },
    fc.record({
      kind: fc.constant('answer'),
      type: fc.constantFrom('ack', 'nack'),
      path: fc.constantFrom('packet', 'stream'),
    }),
    fc.record({
      kind: fc.constant('accuse'),
      status: fc.constantFrom('suspect', 'dead', 'left', 'alive'),
      ahead: fc.constantFrom(0, 0, 1, 65_535),
    }),
    { arbitrary: fc.record({ kind: fc.constant('command'), command: commands }), weight: 2 },
    fc.record({ kind: fc.constant('fire'), index: fc.nat(20) }),
    fc.record({
      kind: fc.constantFrom('run', 'run', 'pause', 'piggyback'),
      amount: fc.constantFrom(0, 1, 49, 50, 199, 500, 1_000, 5_000, 60_000, 90_000_000),
    }),
  ) as fc.Arbitrary<Move>;
  return fc.array(move, { maxLength: 60 });
}

function play(solo: Solo, move: Move): void {
  switch (move.kind) {
    case 'hear':
      return solo.hear(move.from, move.message);
    case 'answer': {
      const asked = solo.out.sends.findLast(({ message }) => message.type === 'ping' || message.type === 'ping-req');
      if (asked === undefined || !('sequence' in asked.message)) return;
      const { sequence } = asked.message;
      return solo.hear(
        asked.to,
        move.type === 'ack' ? { type: 'ack', sequence, path: move.path } : { type: 'nack', sequence },
      );
    }
    case 'accuse': {
      const { self } = solo.core;
      const incarnation = Math.min(0xffff_ffff, self.incarnation + move.ahead);
      return solo.learn('a', { ...self, status: move.status, incarnation, accuser: 'a' });
    }
    case 'command':
      return solo.command(move.command);
    case 'fire': {
      const [timer] = solo.timers.splice(move.index, 1);
      if (timer !== undefined) solo.fire(timer);
      return;
    }
    case 'run':
      // Two days of periods in one move would only be slow.
      return solo.run(Math.min(move.amount, 60_000));
    case 'pause':
      return solo.pause(move.amount);
    case 'piggyback':
      solo.core.piggyback('a', move.amount);
  }
}

/** What holds after every move, whatever was said. */
function check(solo: Solo, { isObserver, memberCountMax = 4 }: SoloOptions): void {
  const { table, core, config } = solo;
  expect(table.recordCount).toBeLessThanOrEqual(memberCountMax);
  expect(core.newsCount).toBeLessThanOrEqual(config.newsCountMax);
  expect(core.localHealth).toBeGreaterThanOrEqual(0);
  expect(core.localHealth).toBeLessThanOrEqual(config.localHealthMax);
  if (isObserver !== true) {
    // Our own claim is what the table says of us, but for another live process of our name that has the better right.
    const held = table.get('self')!;
    if (held !== core.self) {
      expect(held.address).not.toBe(core.self.address);
      expect(['alive', 'suspect']).toContain(held.status);
    }
  }
  for (const { claim } of table.members()) {
    if (claim.status === 'alive' || claim.status === 'left') expect(core.evidenceOf(claim.name)).toBeUndefined();
    const accusers = core.evidenceOf(claim.name)?.accusations.map(({ accuser }) => accuser) ?? [];
    expect(new Set(accusers).size).toBe(accusers.length);
    expect(accusers.length).toBeLessThanOrEqual(config.suspicionMultiplier);
  }
  // Timers do not pile up: one row of each kind, and those of questions that are bounded.
  const run = Math.max(0, ...solo.pending('period').map((timer) => timer.run));
  expect(solo.pending('period').filter((timer) => timer.run === run).length).toBeLessThanOrEqual(1);
  for (const type of ['gossip', 'tags', 'flap-reuse', 'reap'] as const) {
    expect(solo.pending(type).length).toBeLessThanOrEqual(1);
  }
}

/** The parts of two runs that must be equal. */
function playAll(options: SoloOptions, story: readonly Move[], isChecked: boolean): Solo {
  const solo = new Solo(options);
  for (const move of story) {
    play(solo, move);
    if (isChecked) check(solo, options);
  }
  return solo;
}

const options = fc.record<SoloOptions>({
  seed: fc.nat(1_000),
  memberCountMax: fc.constantFrom(3, 4, 5),
  generation: fc.constantFrom(0, 1, 3),
  isObserver: fc.boolean(),
  zone: fc.constantFrom('', 'east'),
  isStarted: fc.boolean(),
  config: fc.constantFrom(
    {},
    { newsCountMax: 2, relayCountMax: 1, pingCountMax: 1, tagsCountMax: 1, gossipBytesMax: 49 },
  ),
  snapshot: fc.constant([]),
});

describe.each([
  ['small', SMALL],
  ['extreme', EXTREME],
])('SwimCore, among hostile peers, over the %s domain', (_name, domain) => {
  it('never throws, keeps its own claim and its bounds', () => {
    fc.assert(
      fc.property(options, moves(domain), (given, story) => {
        playAll(given, story, true);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no timer of a suspicion behind, nor any member undecided', () => {
    fc.assert(
      fc.property(options, moves(domain), (given, story) => {
        const solo = playAll({ ...given, isObserver: false, generation: 3 }, story, false);
        // Who has left decides nothing, so it comes back.
        if (solo.core.self.status === 'left') solo.command({ type: 'join', seeds: [] });
        solo.command({ type: 'start' });
        solo.run(3_000_000);
        const suspects = [...solo.table.members()].filter(({ claim }) => claim.status === 'suspect');
        expect(suspects.filter(({ claim }) => claim.name !== 'self')).toEqual([]);
        expect(solo.pending('suspicion')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('does the same with the same seed', () => {
    fc.assert(
      fc.property(options, moves(domain), (given, story) => {
        const [first, second] = [playAll(given, story, false), playAll(given, story, false)];
        expect(second.out.sends).toEqual(first.out.sends);
        expect(second.out.events).toEqual(first.out.events);
        expect(second.timers).toEqual(first.timers);
      }),
      { numRuns: 60 },
    );
  });
});
