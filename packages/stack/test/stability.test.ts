import { Knowledge } from '@hearsay/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StabilityMessage } from '../src/index.ts';
import { VirtualCluster } from './virtual-cluster.ts';

const GRACE_MS = 20_000;
const OPTIONS = { store: { floorGraceMs: GRACE_MS, floorStepMs: 1_000 } };

function cluster(
  names: readonly string[],
  onStability: (message: StabilityMessage) => void = () => {},
): VirtualCluster {
  const all = new VirtualCluster({
    seed: 1,
    names,
    options: OPTIONS,
    onSend: (packet) => {
      for (const { protocol, message } of packet.messages) {
        if (protocol === 'stability' && message.type === 'stability') onStability(message);
      }
    },
  });
  all.start();
  all.advance(2_000);
  return all;
}

describe('tombstones in a composed cluster', () => {
  it('go everywhere once everybody has seen them and the grace is over, and pings then say nothing of it', () => {
    let toldCount = 0;
    const all = cluster(['a', 'b', 'c'], () => {
      toldCount += 1;
    });
    const [a, b] = all.nodes;
    a!.command({ type: 'store-set', key: 'k', value: new Uint8Array(1) });
    all.advance(5_000);
    expect(toldCount).toBe(0);
    b!.command({ type: 'store-delete', key: 'k' });
    all.advance(GRACE_MS / 2);
    expect(all.nodes.map(({ stack }) => stack.store.recordCount)).toEqual([1, 1, 1]);
    all.advance(2 * GRACE_MS);
    expect(all.nodes.map(({ stack }) => [stack.store.recordCount, stack.floorOutlook.heldBy])).toEqual(
      Array(3).fill([0, undefined]),
    );
    const quietCount = toldCount;
    expect(quietCount).toBeGreaterThan(0);
    all.advance(10_000);
    expect(toldCount).toBe(quietCount);
  });

  it('stay while a member is dead, and it is told who that is', () => {
    const all = cluster(['a', 'b', 'c']);
    const [a, b] = all.nodes;
    a!.command({ type: 'store-set', key: 'k', value: new Uint8Array(1) });
    all.advance(5_000);
    all.crash('c');
    a!.command({ type: 'store-delete', key: 'k' });
    all.advance(3 * GRACE_MS);
    expect([a, b].map((node) => [node!.stack.store.recordCount, node!.stack.floorOutlook.heldBy])).toEqual(
      Array(2).fill([1, 'c']),
    );
    a!.command({ type: 'force-leave', name: 'c' });
    all.advance(3 * GRACE_MS);
    expect([a, b].map((node) => node!.stack.store.recordCount)).toEqual([0, 0]);
  });

  it('go for records that ended by themselves, too, and watchers are told of the end once', () => {
    const all = cluster(['a', 'b']);
    const [a] = all.nodes;
    a!.command({ type: 'store-set', key: 'k', value: new Uint8Array(1), ttlMs: 5_000 });
    all.advance(10_000);
    for (const { events, stack } of all.nodes) {
      expect(events.filter(({ type }) => type === 'store-expired')).toHaveLength(1);
      expect([stack.store.recordCount, stack.store.liveCount]).toEqual([1, 0]);
    }
    all.advance(3 * GRACE_MS);
    expect(all.nodes.map(({ stack }) => stack.store.recordCount)).toEqual([0, 0]);
  });
});

describe('a member that comes back with what was deleted meanwhile', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** What each has under the key in the end. */
  function kept(): boolean[] {
    const all = cluster(['a', 'b', 'c']);
    const [a, , c] = all.nodes;
    a!.command({ type: 'store-set', key: 'k', value: new Uint8Array(1) });
    all.advance(5_000);
    expect(c!.stack.store.read('k')).toBeDefined();
    all.crash('c');
    all.advance(20_000);
    a!.command({ type: 'store-delete', key: 'k' });
    a!.command({ type: 'force-leave', name: 'c' });
    all.advance(3 * GRACE_MS);
    expect(a!.stack.store.recordCount).toBe(0);
    all.revive('c');
    c!.command({ type: 'join', seeds: [a!.address] });
    all.advance(30_000);
    return all.nodes.map(({ stack }) => stack.store.read('k') !== undefined);
  }

  it('drops it, though nobody has its tombstone any more', () => {
    expect(kept()).toEqual([false, false, false]);
  });

  it('would bring it back if nobody judged what was here before', () => {
    vi.spyOn(Knowledge.prototype, 'hasSeen').mockReturnValue(false);
    expect(kept()).toEqual([true, true, true]);
  });
});
