import { type NodeId, RecordingOutbox, type Via } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Composer, type Packet, type PacketSizes, type Rider, type StackMessage } from '../src/index.ts';

/** A message of a given size: the sequence number is the size, and the target tells messages apart. */
const sized = (id: string, sizeBytes: number): StackMessage => ({
  protocol: 'swim',
  message: { type: 'ping', sequence: sizeBytes, target: id, path: 'packet' },
});
const sizeOf = (message: StackMessage): number =>
  message.protocol === 'swim' && message.message.type === 'ping' ? message.message.sequence : 0;
const idOf = (message: StackMessage): string =>
  message.protocol === 'swim' && message.message.type === 'ping' ? message.message.target : '';

const OVERHEAD_BYTES = 20;
const PACKET_BYTES_MAX = 1_400;
const sizes: PacketSizes = {
  overheadBytes: () => OVERHEAD_BYTES,
  sizeOf,
  claimBytes: () => 0,
  rumorBytes: () => 0,
  recordBytes: () => 0,
};
const packetBytes = (packet: Packet): number =>
  OVERHEAD_BYTES + packet.messages.reduce((sum, message) => sum + sizeOf(message), 0);

/** News without end in items of one size; a rider's message is as large as the items that fit. */
class EndlessNews implements Rider {
  readonly #name: string;
  readonly #itemBytes: number;
  takenBytes = 0;

  constructor(name: string, itemBytes: number) {
    this.#name = name;
    this.#itemBytes = itemBytes;
  }
  hasNews(): boolean {
    return this.#itemBytes > 0;
  }
  isNews(message: StackMessage): boolean {
    return idOf(message) === this.#name;
  }
  piggyback(_to: NodeId, budgetBytes: number): StackMessage | undefined {
    const bytes = Math.floor(budgetBytes / this.#itemBytes) * this.#itemBytes;
    if (bytes === 0) return undefined;
    this.takenBytes += bytes;
    return sized(this.#name, bytes);
  }
}

const composerWith = (membership: Rider, rumors: Rider): Composer =>
  new Composer({
    limits: { packetBytesMax: PACKET_BYTES_MAX, membershipSharePerMille: 500 },
    sizes,
    self: () => ({ name: 'me', address: '127.0.0.1:1', generation: 1 }),
    membership,
    rumors,
  });

const letter = fc.record({
  to: fc.constantFrom('a', 'b', '127.0.0.1:9'),
  sizeBytes: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 3_000 })),
  via: fc.constantFrom<Via>('packet', 'packet', 'packet', 'stream'),
});
const itemBytes = fc.integer({ min: 0, max: 400 });

describe('the composer', () => {
  it('never makes a packet above its limit, and loses no message', () => {
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 40 }), itemBytes, itemBytes, (letters, claimBytes, rumorBytes) => {
        const out = new RecordingOutbox<Packet, never, never>();
        const composer = composerWith(new EndlessNews('claims', claimBytes), new EndlessNews('rumors', rumorBytes));
        letters.forEach(({ to, sizeBytes, via }, index) => {
          composer.add(to, sized(`${index}`, sizeBytes), via);
        });
        composer.flush(out, (to) => (to.includes(':') ? to : `${to}:1`));

        for (const { message: packet, via } of out.sends) {
          if (via === 'packet') expect(packetBytes(packet)).toBeLessThanOrEqual(PACKET_BYTES_MAX);
          expect(packet.address).toBe(via === 'stream' ? '127.0.0.1:1' : '');
          expect(packet.messages.length).toBeGreaterThan(0);
        }
        const delivered = out.sends.flatMap(({ to, message, via }) =>
          message.messages.map((one) => `${idOf(one)} ${to} ${via}`).filter((line) => /^\d/.test(line)),
        );
        const roomBytes = PACKET_BYTES_MAX - OVERHEAD_BYTES;
        const expected = letters.map(({ to, sizeBytes, via }, index) => {
          const isStream = via === 'stream' || sizeBytes > roomBytes;
          return `${index} ${to.includes(':') ? to : `${to}:1`} ${isStream ? 'stream' : 'packet'}`;
        });
        expect(delivered.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(expected.toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('starves neither membership news nor rumors under overload', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 120 }), (claimBytes, rumorBytes) => {
        const out = new RecordingOutbox<Packet, never, never>();
        const membership = new EndlessNews('claims', claimBytes);
        const rumors = new EndlessNews('rumors', rumorBytes);
        const composer = composerWith(membership, rumors);
        const packetCount = 20;
        for (let index = 0; index < packetCount; index++) {
          composer.add('a', sized('0', 30), 'packet');
          composer.flush(out, () => 'a:1');
        }
        const halfRoomBytes = (PACKET_BYTES_MAX - OVERHEAD_BYTES - 30) / 2;
        // Each side gets its half, less than one item of rounding.
        expect(membership.takenBytes / packetCount).toBeGreaterThanOrEqual(halfRoomBytes - 1 - claimBytes);
        expect(rumors.takenBytes / packetCount).toBeGreaterThanOrEqual(halfRoomBytes - 1 - rumorBytes);
      }),
    );
  });

  it('gives membership news the whole room while no rumor waits', () => {
    const membership = new EndlessNews('claims', 10);
    const composer = composerWith(membership, new EndlessNews('rumors', 0));
    composer.add('a', sized('0', 30), 'packet');
    composer.flush(new RecordingOutbox(), () => 'a:1');
    expect(membership.takenBytes).toBeGreaterThan(1_300);
  });

  it('adds no second helping to a packet that carries the news already', () => {
    const out = new RecordingOutbox<Packet, never, never>();
    const membership = new EndlessNews('claims', 10);
    const composer = composerWith(membership, new EndlessNews('rumors', 0));
    composer.add('a', sized('claims', 100), 'packet');
    composer.flush(out, () => 'a:1');
    expect(membership.takenBytes).toBe(0);
    expect(out.sends[0]?.message.messages).toHaveLength(1);
  });

  it('drops and counts what has no known destination', () => {
    const out = new RecordingOutbox<Packet, never, never>();
    const composer = composerWith(new EndlessNews('claims', 0), new EndlessNews('rumors', 0));
    composer.add('nobody', sized('0', 10), 'packet');
    composer.flush(out, () => undefined);
    composer.flush(out, () => 'a:1');
    expect(out.sends).toEqual([]);
    expect(composer.unknownDestinationCount).toBe(1);
  });
});
