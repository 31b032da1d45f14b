import { HLC_COUNTER_MAX, isEndpoint } from '@hearsay/core';
import type { Status } from '@hearsay/membership';
import { compareClaims, isPresent } from '@hearsay/membership';
import { arbitraryPacket, extremePacket } from '@hearsay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet, StackMessage } from '../src/index.ts';
import { packetBytes } from './json-codec.ts';
import { claim, GENERATION, LoneNode, record, rumor, WALL_MS } from './lone-node.ts';

const PACKET_BYTES_MAX = 1_400;
/** Members of the small domain, a stranger, and ourselves: anybody may say anything. */
const from = fc.constantFrom('a', 'b', 'c', 'me', 'stranger');
const source = fc.constantFrom('10.0.0.1:7946', '10.0.0.2:7946', '192.0.2.7:40000');
const small = fc.tuple(arbitraryPacket(), from).map(([packet, name]) => ({ ...packet, from: name }));
/** Lies about ourselves, in and around the life that we have. */
const accusation = fc
  .record({
    generation: fc.integer({ min: GENERATION - 1, max: GENERATION + 2 }),
    incarnation: fc.constantFrom(0, 1, 2, 70_000, 0xffff_ffff),
    status: fc.constantFrom<Status[]>('alive', 'suspect', 'dead', 'left'),
    address: fc.constantFrom('10.0.0.1:7946', '10.0.0.2:7946'),
    accuser: fc.constantFrom('', 'b', 'me'),
  })
  .map((lie): StackMessage => ({ protocol: 'swim', message: { type: 'claims', claims: [claim('me', lie)] } }));
/** Records from the edge of what our clock accepts, some as if we had written them. */
const lateRecord = fc
  .record({
    key: fc.constantFrom('x', 'y'),
    origin: fc.constantFrom('b', 'me'),
    stamp: fc.record({
      wallMs: fc.constantFrom(WALL_MS, WALL_MS + 60_000, WALL_MS + 60_001),
      counter: fc.constantFrom(0, HLC_COUNTER_MAX),
    }),
  })
  .map(({ key, ...lie }): StackMessage => {
    return { protocol: 'store', message: { type: 'push', session: 1, records: [record(key, lie)] } };
  });
const attack = fc.record({
  from,
  generation: fc.constantFrom(GENERATION - 1, GENERATION),
  address: fc.constant<''>(''),
  messages: fc.array(fc.oneof(accusation, lateRecord), { maxLength: 3 }),
});
const input = fc.record({
  packet: fc.oneof<fc.Arbitrary<Packet>[]>(small, attack, extremePacket()),
  source,
  waitMs: fc.constantFrom(0, 0, 10, 1_000),
});

/** A node in the middle of its work: it has members, rumors and records, and its timers run. */
function busyNode(): LoneNode {
  const node = new LoneNode();
  const { generation } = node.stack.selfClaim;
  node.meet('a', 'b');
  node.hear('friend', [
    {
      protocol: 'swim',
      message: { type: 'claims', claims: [claim('c', { generation: 1 }), claim('d', { generation: 1 })] },
    },
  ]);
  node.command({ type: 'start' });
  node.command({ type: 'join', seeds: ['10.0.0.2:7946'] });
  node.command({ type: 'publish', rumor: rumor('me', 1, { id: { origin: 'me', generation, sequence: 1 } }) });
  for (const key of ['x', 'y']) node.command({ type: 'store-set', key, value: new Uint8Array(3) });
  return node;
}

function isOurs({ stack }: LoneNode): boolean {
  const held = stack.table.get('me');
  return held !== undefined && compareClaims(held, stack.selfClaim) === 0;
}

/** A process with our name and a later claim, elsewhere and not gone, keeps the name: we do not contest it for ever. */
function isYieldedName({ stack }: LoneNode): boolean {
  const held = stack.table.get('me');
  return (
    held !== undefined &&
    compareClaims(held, stack.selfClaim) > 0 &&
    held.address !== stack.selfClaim.address &&
    isPresent(held)
  );
}

describe('StackCore, whatever peers send', () => {
  it('never throws, and never makes a packet above its limit or for nobody', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        const node = busyNode();
        for (const { packet, source: sentFrom, waitMs } of inputs) {
          node.hear(packet.from, packet.messages, packet, sentFrom);
          node.advance(waitMs);
        }
        for (const { to, message, via } of node.sends) {
          if (via === 'packet') expect(packetBytes(message)).toBeLessThanOrEqual(PACKET_BYTES_MAX);
          expect(isEndpoint(to)).toBe(true);
          expect(message.messages.length).toBeGreaterThan(0);
          expect(message.from).toBe('me');
        }
      }),
    );
  });

  it('leaves us alive in our own eyes, under our own name and address, and our writes ours', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        const node = busyNode();
        const { name, address, generation } = node.stack.selfClaim;
        for (const { packet, source: sentFrom, waitMs } of inputs) {
          node.hear(packet.from, packet.messages, packet, sentFrom);
          node.advance(waitMs);
          expect(node.stack.selfClaim).toMatchObject({ name, address, status: 'alive' });
          expect(isOurs(node) || isYieldedName(node)).toBe(true);
        }
        expect(node.stack.selfClaim.generation).toBeGreaterThanOrEqual(generation);
        node.command({ type: 'store-set', key: 'x', value: new Uint8Array([42]) });
        expect(node.stack.store.read('x')).toMatchObject({ origin: 'me', value: new Uint8Array([42]) });
      }),
    );
  });

  it('is a pure function of its inputs', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 10 }), (inputs) => {
        const [one, other] = [busyNode(), busyNode()];
        for (const node of [one, other]) {
          for (const { packet, source: sentFrom, waitMs } of inputs) {
            node.hear(packet.from, packet.messages, packet, sentFrom);
            node.advance(waitMs);
          }
        }
        expect(one.sends).toEqual(other.sends);
        expect(one.events).toEqual(other.events);
        expect(one.stack.digests).toEqual(other.stack.digests);
      }),
    );
  });
});
