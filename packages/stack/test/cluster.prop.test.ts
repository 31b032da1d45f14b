import { NAME_BYTES_MAX, type Via } from '@hearsay/core';
import { PRIORITIES, type Priority } from '@hearsay/damping';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet, StackCommand } from '../src/index.ts';
import { JSON_SIZES, packetBytes } from './json-codec.ts';
import { VirtualCluster, type VirtualNode } from './virtual-cluster.ts';

/** What an application does at one node, then waits. Sizes lie on both sides of every limit. */
interface Deed {
  readonly nodeIndex: number;
  readonly kind: 'set' | 'delete' | 'publish' | 'tags';
  readonly sizeBytes: number;
  readonly priority: Priority;
  readonly waitMs: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  nodeIndex: fc.nat(3),
  kind: fc.constantFrom('set', 'delete', 'publish', 'tags'),
  sizeBytes: fc.oneof(fc.nat(100), fc.nat(2_000)),
  priority: fc.constantFrom(...PRIORITIES),
  waitMs: fc.constantFrom(0, 0, 5, 100, 700),
});
/** Everything that a run depends on. */
interface World {
  readonly seed: number;
  readonly nodeCount: number;
  readonly nameBytes: number;
  readonly packetBytesMax: number;
  readonly lossPerMille: number;
  readonly deeds: readonly Deed[];
}

const world: fc.Arbitrary<World> = fc.record({
  seed: fc.integer(),
  nodeCount: fc.integer({ min: 2, max: 4 }),
  nameBytes: fc.constantFrom(1, 20, NAME_BYTES_MAX),
  packetBytesMax: fc.constantFrom(512, 1_400, 9_000),
  lossPerMille: fc.constantFrom(0, 200),
  deeds: fc.array(deed, { maxLength: 12 }),
});

/** Names of one length. */
const namesOf = (nodeCount: number, nameBytes: number): string[] =>
  Array.from({ length: nodeCount }, (_, index) => `${index}`.padEnd(nameBytes, 'n'));

function commandOf({ kind, sizeBytes, priority }: Deed, node: VirtualNode, sequence: number): StackCommand {
  const { name: origin, generation } = node.stack.self;
  const bytes = new Uint8Array(sizeBytes);
  switch (kind) {
    case 'set':
      return { type: 'store-set', key: `key-${sizeBytes % 5}`, value: bytes };
    case 'delete':
      return { type: 'store-delete', key: `key-${sizeBytes % 5}` };
    case 'tags':
      return { type: 'set-tags', tags: new Map([['t', 'x'.repeat(sizeBytes % 500)]]) };
    case 'publish':
      return {
        type: 'publish',
        rumor: { id: { origin, generation, sequence }, topic: 'news', payload: bytes, priority },
      };
  }
}

/** The cluster after the last deed. Nothing is lost any more from there on. */
function run({ seed, nodeCount, nameBytes, packetBytesMax, lossPerMille, deeds }: World) {
  const sent: { readonly packet: Packet; readonly via: Via }[] = [];
  const cluster = new VirtualCluster({
    seed,
    names: namesOf(nodeCount, nameBytes),
    options: { limits: { packetBytesMax } },
    onSend: (packet, via) => sent.push({ packet, via }),
  });
  cluster.lossPerMille = lossPerMille;
  cluster.start();
  for (const [index, each] of deeds.entries()) {
    const node = cluster.nodes[each.nodeIndex % nodeCount]!;
    node.command(commandOf(each, node, index + 1));
    cluster.advance(each.waitMs);
  }
  cluster.lossPerMille = 0;
  return { cluster, sent };
}

describe('a few stacks together', () => {
  it('keep every packet within its limit, and send by stream only one message at a time', { timeout: 60_000 }, () => {
    const counts = { packet: 0, stream: 0 };
    fc.assert(
      fc.property(world, (drawn) => {
        const { cluster, sent } = run(drawn);
        cluster.advance(3_000);
        for (const { packet, via } of sent) {
          const overheadBytes = JSON_SIZES.overheadBytes(packet.from) + packet.address.length;
          const sumBytes = packet.messages.reduce((sum, message) => sum + JSON_SIZES.sizeOf(message), overheadBytes);
          expect(packetBytes(packet)).toBeLessThanOrEqual(sumBytes);
          if (via === 'packet') expect(packetBytes(packet)).toBeLessThanOrEqual(drawn.packetBytesMax);
          else expect(packet.messages).toHaveLength(1);
          counts[via] += 1;
        }
      }),
    );
    expect(counts.packet).toBeGreaterThan(counts.stream);
    expect(counts.stream).toBeGreaterThan(0);
  });

  it('become equal, whatever was written where and lost on the way', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { cluster } = run(drawn);
        expect(cluster.advanceUntil(() => cluster.isConverged(), 60_000)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('tell the owner of each rumor once, and of every change that brought the store to where it is', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { cluster } = run(drawn);
        cluster.advanceUntil(() => cluster.isConverged(), 60_000);
        for (const { stack, events } of cluster.nodes) {
          const rumors = events.flatMap((event) =>
            event.type === 'rumor-learned' ? [JSON.stringify(event.rumor.id)] : [],
          );
          expect(new Set(rumors).size).toBe(rumors.length);
          const latest = new Map(
            events.flatMap((event) => (event.type === 'store-changed' ? [[event.record.key, event.record]] : [])),
          );
          expect(latest.size).toBe(stack.store.recordCount);
          for (const [key, record] of latest) expect(stack.store.get(key)).toEqual(record);
        }
      }),
      { numRuns: 50 },
    );
  });
});
