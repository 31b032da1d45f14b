import { describe, expect, it } from 'vitest';
import type { RingChanged } from '../src/index.ts';
import { type StartedNode, startCluster, startNode, temporaryDirectory } from './started-node.ts';

const KEYS = Array.from({ length: 300 }, (_, index) => `user:${index}`);
const ownersAt = ({ node }: StartedNode): string => KEYS.map((key) => node.ring.ownersOf(key).join()).join(' ');

describe('the ring of one node', () => {
  it('is all its own, and says where a key belongs', async () => {
    const { node } = await startNode('a', { zone: 'east' });
    expect(node.ring.ownersOf('foo')).toEqual(['a']);
    const token = node.ring.locate('foo').token;
    expect(node.ring.locate('foo')).toEqual({ token, owners: ['a'], pending: [], slot: 12_182, slotOwner: undefined });
    expect(token).toMatch(/^-?\d{17,19}$/);
    expect(node.ring.shares()).toEqual([{ name: 'a', zone: 'east', tokenCount: 128, share: 1 }]);
    expect(node.ring.tokens()).toHaveLength(128);
    node.ring.setTokens('normal', 1);
    expect(node.ring.shares()).toMatchObject([{ tokenCount: 1, share: 1 }]);
    await node.stop();
  });

  it('says of its tokens what may follow what it said, and keeps those that it has', async () => {
    const { node } = await startNode('a', { ring: { tokenCount: 2 } });
    const count = () => node.ring.shares().map(({ tokenCount }) => tokenCount);
    node.ring.setTokens('joining', 3);
    expect(node.ring.locate('foo')).toMatchObject({ owners: [], pending: ['a'] });
    // Nobody had anything, so all of the ring is one range.
    expect(node.ring.pending()).toMatchObject([{ before: [], after: ['a'] }]);
    expect(() => node.ring.setTokens('leaving')).toThrow('status: after joining use one of joining, normal, hibernate');
    node.ring.setTokens('normal');
    expect(count()).toEqual([3]);
    expect(() => node.ring.setTokens('moving')).toThrow('tokens: say where to move');
    node.ring.setTokens('moving', [5n, -7n]);
    expect(count()).toEqual([3]);
    expect(node.ring.pending()).toEqual([]);
    node.ring.setTokens('normal');
    expect(node.ring.tokens().map(({ token }) => token)).toEqual(['-7', '5']);
    node.ring.setTokens('hibernate');
    expect(node.ring.locate('foo')).toMatchObject({ owners: [], pending: [] });
    node.ring.setTokens('normal');
    expect(count()).toEqual([2]);
  });

  it('owns in its next life what it owned, with its data', async () => {
    const dataDir = await temporaryDirectory();
    const { node } = await startNode('a', { dataDir });
    node.ring.claimSlots('0-100');
    node.ring.claimSlots('0-50');
    node.ring.setTokens('moving', [5n]);
    node.ring.setTokens('normal');
    node.ring.setSchema('v2');
    const shown = ({ ring }: typeof node): unknown => [ring.slots(), ring.tokens(), ring.schema()];
    const before = shown(node);
    expect(before).toEqual([
      [{ name: 'a', epoch: 2, slots: '0-50' }],
      [{ token: '5', name: 'a' }],
      { versions: { v2: ['a'] }, isAgreed: true },
    ]);
    await node.stop();
    const again = await startNode('a', { dataDir });
    expect(shown(again.node)).toEqual(before);
  });

  it('has the slots that were claimed last, in an epoch of their own', async () => {
    const { node } = await startNode('a');
    node.ring.claimSlots('0-100,12182');
    expect(node.ring.slots()).toEqual([{ name: 'a', epoch: 1, slots: '0-100,12182' }]);
    expect(node.ring.locate('foo').slotOwner).toBe('a');
    node.ring.claimSlots('5');
    expect(node.ring.slots()).toEqual([{ name: 'a', epoch: 2, slots: '5' }]);
    expect(() => node.ring.claimSlots('5-4')).toThrow('0-5460,10923');
    expect(() => node.ring.setTokens('normal', -1)).toThrow('a number of 0 to 1536');
    await node.stop();
    expect(() => node.ring.claimSlots('5')).toThrow('ERR_STOPPED');
  });
});

describe('the ring of several nodes', () => {
  it('is the same at all, moves only to who joins, and tells exactly what moved', async () => {
    const started = await startCluster(['a', 'b'], { limits: { ringSettleMs: 50 } });
    const isOne = (count: number) => () =>
      new Set(started.map(ownersAt)).size === 1 && started.every(({ node }) => node.ring.shares().length === count);
    await expect.poll(isOne(2)).toBe(true);
    const [a] = started;
    const before = KEYS.map((key) => a!.node.ring.ownersOf(key, 1)[0]);
    const moved: RingChanged[] = [];
    const watching = (async () => {
      for await (const change of a!.node.ring.watch()) {
        moved.push(change);
        break;
      }
    })();
    const c = await startNode('c', { limits: { ringSettleMs: 50 } });
    started.push(c);
    await c.node.join([a!.node.address]);
    await watching;
    expect(moved[0]!.ranges.every(({ after }) => after.length === 3)).toBe(true);
    await expect.poll(isOne(3)).toBe(true);
    const after = KEYS.map((key) => a!.node.ring.ownersOf(key, 1)[0]);
    expect(after.filter((owner, index) => owner !== before[index] && owner !== 'c')).toEqual([]);
    expect(after.filter((owner) => owner === 'c').length).toBeGreaterThan(50);
  });

  it('waits until all tell one schema', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    a!.node.ring.setSchema('v2');
    expect(await a!.node.ring.schemaAgreed({ timeoutMs: 1 })).toBe(false);
    const agreed = a!.node.ring.schemaAgreed();
    b!.node.ring.setSchema('v2');
    expect(await agreed).toBe(true);
    expect(a!.node.ring.schema()).toEqual({ versions: { v2: ['a', 'b'] }, isAgreed: true });
    await expect(a!.node.ring.schemaAgreed({ signal: AbortSignal.abort() })).resolves.toBe(true);
  });
});
