import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest, GossipEntry, HeartbeatMessage, QuorumMessage } from '../src/index.ts';
import { claim, tableOf } from './members.ts';
import { SoloHeartbeat } from './solo-heartbeat.ts';
import { SoloQuorum } from './solo-quorum.ts';

const number = fc.oneof(
  fc.constantFrom(0, 1, 2, 0xffff_ffff, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY),
  fc.nat(0xffff_ffff),
);
const name = fc.constantFrom('self', 'a', 'b', 'ghost', '', '__proto__', 'a.test:7946');
const from = fc.constantFrom('a', 'b', 'ghost', 'self', '10.0.0.1:1');

const digest: fc.Arbitrary<Digest> = fc.record({ name, generation: number, heartbeat: number });
const delta = fc.record({
  name,
  generation: number,
  heartbeat: number,
  claim: fc.option(
    name.map((each) => claim(each)),
    { nil: undefined },
  ),
});
const heartbeatMessage: fc.Arbitrary<HeartbeatMessage> = fc.oneof(
  fc.record({ type: fc.constant('syn' as const), digests: fc.array(digest) }),
  fc.record({
    type: fc.constant('ack' as const),
    requests: fc.array(digest),
    deltas: fc.array(delta),
    isShadow: fc.boolean(),
  }),
  fc.record({ type: fc.constant('deltas' as const), deltas: fc.array(delta) }),
  fc.record({ type: fc.constantFrom('echo' as const, 'echo-reply' as const), sequence: number }),
);
const entry: fc.Arbitrary<GossipEntry> = fc.record({
  name,
  generation: number,
  opinion: fc.constantFrom('ok' as const, 'pfail' as const, 'fail' as const),
  pongAgeMs: number,
});
const quorumMessage: fc.Arbitrary<QuorumMessage> = fc.oneof(
  fc.record({
    type: fc.constantFrom('ping' as const, 'pong' as const),
    sequence: number,
    path: fc.constantFrom('packet' as const, 'stream' as const),
    entries: fc.array(entry),
  }),
  fc.record({ type: fc.constant('fail' as const), name, generation: number }),
);

describe('nothing that a peer sends', () => {
  it('throws, adds a member, or sends more than it brought, to a core of heartbeats', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(from, heartbeatMessage), { maxLength: 20 }), (inputs) => {
        const solo = new SoloHeartbeat(tableOf('self', 'a', 'b'));
        for (const [sender, message] of inputs) solo.hear(sender, message);
        const itemCount = inputs.length * 3 + inputs.flatMap(([, message]) => Object.values(message).flat()).length;
        expect(solo.out.sends.length).toBeLessThanOrEqual(itemCount);
        expect(solo.table.recordCount).toBe(3);
        solo.run(10_000);
        for (const member of ['a', 'b']) {
          const { heartbeat = 0 } = solo.core.heartbeatOf(member) ?? {};
          expect(heartbeat).toBeGreaterThanOrEqual(0);
          expect(solo.status(member)).not.toBe('dead');
        }
      }),
    );
  });

  it('throws, adds a member, or makes anybody fail but by the word of a member, to a core of quorums', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(from, quorumMessage), { maxLength: 20 }), (inputs) => {
        const solo = new SoloQuorum(tableOf('self', 'a', 'b'));
        solo.run(200);
        for (const [sender, message] of inputs) solo.hear(sender, message);
        solo.run(1_000);
        expect(solo.table.recordCount).toBe(3);
        for (const { claim: failed } of solo.told('member-failed')) {
          const isTold = inputs.some(
            ([sender, message]) =>
              message.type === 'fail' && message.name === failed.name && ['a', 'b', 'self'].includes(sender),
          );
          expect(isTold).toBe(true);
        }
      }),
    );
  });
});
