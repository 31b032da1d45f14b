import { type NodeId, RecordingOutbox, type Via } from '@hearsay/core';
import { BroadcastQueue, broadcastConfig, PRIORITIES, type Priority } from '@hearsay/damping';
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

/** News of all classes in a broadcast queue, always more than fits. */
class OverloadedQueue implements Rider {
  readonly #name: string;
  readonly #queue = new BroadcastQueue<{
    readonly priority: Priority;
    readonly sizeBytes: number;
    readonly turn: number;
  }>(broadcastConfig({ transmitMultiplier: 1, itemCountMax: 1_000 }));
  readonly #sizes: Iterator<number>;
  #turn = 0;
  #offeredCount = 0;
  readonly takenBytes = new Map<Priority, number>(PRIORITIES.map((priority) => [priority, 0]));
  /** Items of the first turn that have not been taken. */
  firstCount = 0;

  constructor(name: string, sizes: Iterator<number>) {
    this.#name = name;
    this.#sizes = sizes;
  }

  /** Time passes, and every class gets as many new items as a whole packet could hold. */
  offer(nowMs: number): void {
    this.#queue.expire(nowMs);
    this.#turn += 1;
    for (const priority of PRIORITIES) {
      for (let item = 0; item < 4; item++) {
        const sizeBytes = this.#sizes.next().value as number;
        const value = { priority, sizeBytes, turn: this.#turn };
        this.#queue.offer({ key: `${++this.#offeredCount}`, priority, sizeBytes, value });
        if (this.#turn === 1) this.firstCount += 1;
      }
    }
  }
  hasNews(): boolean {
    return this.#queue.size > 0;
  }
  isNews(message: StackMessage): boolean {
    return idOf(message) === this.#name;
  }
  piggyback(_to: NodeId, budgetBytes: number): StackMessage | undefined {
    const items = this.#queue.take(budgetBytes, 1);
    for (const { priority, sizeBytes, turn } of items) {
      this.takenBytes.set(priority, (this.takenBytes.get(priority) ?? 0) + sizeBytes);
      if (turn === 1) this.firstCount -= 1;
    }
    const bytes = items.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    return bytes === 0 ? undefined : sized(this.#name, bytes);
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

  it('starves no class of either while all of them have more than fits, and no item for ever', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 20, max: 340 })), (stream) => {
        const sizesDrawn = stream[Symbol.iterator]();
        const membership = new OverloadedQueue('claims', sizesDrawn);
        const rumors = new OverloadedQueue('rumors', sizesDrawn);
        const composer = composerWith(membership, rumors);
        const packetCount = 240;
        for (let packet = 0; packet < packetCount; packet++) {
          for (const rider of [membership, rumors]) rider.offer(packet * 100);
          composer.add('a', sized('0', 30), 'packet');
          composer.flush(new RecordingOutbox(), () => 'a:1');
        }
        const sumOf = (rider: OverloadedQueue) =>
          [...rider.takenBytes.values()].reduce((total, bytes) => total + bytes);
        const totalBytes = sumOf(membership) + sumOf(rumors);
        for (const rider of [membership, rumors]) {
          expect(sumOf(rider) / totalBytes).toBeGreaterThan(0.4);
          for (const [priority, share] of [
            ['critical', 0.5],
            ['high', 0.25],
            ['normal', 0.15],
            ['bulk', 0.1],
          ] as const) {
            expect((rider.takenBytes.get(priority) ?? 0) / sumOf(rider)).toBeGreaterThan(share * 0.8);
          }
          // Of the first turn, all that the bound did not drop.
          expect(rider.firstCount).toBeLessThanOrEqual(4);
        }
      }),
      { numRuns: 10 },
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
