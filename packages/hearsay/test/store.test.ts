import { describe, expect, it } from 'vitest';
import { until } from './event-watch.ts';
import { startCluster, startNode, text } from './started-node.ts';

const refusedWith = (code: string) => expect.objectContaining({ code });

describe('the store of one node', () => {
  it('has what was set, as bytes or as text', async () => {
    const { node, watch } = await startNode('a');
    const entry = node.store.set('k', 'wert');
    expect(entry).toMatchObject({ key: 'k', origin: 'a' });
    expect(text(entry.value)).toBe('wert');
    expect(node.store.get('k')).toEqual(entry);
    node.store.set('bytes', new Uint8Array([0, 255]));
    expect(node.store.get('bytes')?.value).toEqual(new Uint8Array([0, 255]));
    expect(node.store.get('other')).toBeUndefined();
    expect(await watch.first('store-changed')).toEqual({
      type: 'store-changed',
      key: 'k',
      version: entry.version,
      origin: 'a',
      isDeleted: false,
    });
  });

  it('keeps its values from the caller, before and after', async () => {
    const { node } = await startNode('a');
    const value = new Uint8Array([1, 2]);
    const entry = node.store.set('k', value);
    value.fill(9);
    entry.value.fill(8);
    node.store.get('k')?.value.fill(7);
    expect(node.store.get('k')?.value).toEqual(new Uint8Array([1, 2]));
    expect(Object.isFrozen(entry)).toBe(true);
  });

  it('deletes, and says whether something was there', async () => {
    const { node, watch } = await startNode('a');
    node.store.set('k', '1');
    expect(node.store.delete('k')).toBe(true);
    expect(node.store.delete('k')).toBe(false);
    expect(node.store.delete('never')).toBe(false);
    expect(node.store.get('k')).toBeUndefined();
    await watch.first('store-changed', ({ isDeleted }) => isDeleted);
    expect(watch.events).toHaveLength(2);
  });

  it('gives every write a version of its own', async () => {
    const { node } = await startNode('a');
    const versions = ['1', '1', '2'].map((value) => node.store.set('k', value).version);
    node.store.delete('k');
    versions.push(node.store.set('k', '2').version);
    expect(new Set(versions).size).toBe(4);
    expect(node.store.get('k')?.version).toBe(versions[3]);
  });

  it('writes on a condition only if the key has that version', async () => {
    const { node } = await startNode('a');
    const first = node.store.set('k', '1');
    const second = node.store.set('k', '2', { ifVersion: first.version });
    expect(() => node.store.set('k', '3', { ifVersion: first.version })).toThrow(refusedWith('ERR_VERSION'));
    expect(() => node.store.delete('k', { ifVersion: first.version })).toThrow(refusedWith('ERR_VERSION'));
    expect(() => node.store.set('none', '1', { ifVersion: first.version })).toThrow(refusedWith('ERR_VERSION'));
    expect(node.store.get('k')).toEqual(second);
    expect(node.store.get('none')).toBeUndefined();
    expect(node.store.delete('k', { ifVersion: second.version })).toBe(true);
    expect(() => node.store.set('k', '4', { ifVersion: second.version })).toThrow(/version \(none\)/);
  });

  it('lists by key, by prefix and page by page', async () => {
    const { node } = await startNode('a');
    for (const key of ['b/2', 'a', 'b/1', 'B', 'b/3', 'c', 'gone']) node.store.set(key, key);
    node.store.delete('gone');
    const keys = (options?: Parameters<typeof node.store.list>[0]): string[] =>
      node.store.list(options).map(({ key }) => key);
    expect(keys()).toEqual(['B', 'a', 'b/1', 'b/2', 'b/3', 'c']);
    expect(keys({ prefix: 'b/' })).toEqual(['b/1', 'b/2', 'b/3']);
    expect(keys({ prefix: 'b/', limit: 2 })).toEqual(['b/1', 'b/2']);
    expect(keys({ prefix: 'b/', limit: 2, after: 'b/2' })).toEqual(['b/3']);
    expect(keys({ limit: 0 })).toEqual([]);
    expect(text(node.store.list({ prefix: 'c' })[0]?.value)).toBe('c');
  });

  it('lists a thousand entries at most, whatever is asked for', async () => {
    const { node } = await startNode('a');
    for (let index = 0; index < 1_001; index++) node.store.set(`k${index}`, '');
    expect(node.store.list()).toHaveLength(1_000);
    expect(node.store.list({ limit: 5_000 })).toHaveLength(1_000);
    expect(node.store.list({ limit: 999 })).toHaveLength(999);
  });

  it('refuses what is beyond its limits, and stays as it was', async () => {
    const { node } = await startNode('a', { store: { recordCountMax: 2 } });
    node.store.set('k', '1');
    const { store: digest } = node.status().digests;
    expect(() => node.store.set('', '1')).toThrow(refusedWith('ERR_KEY'));
    expect(() => node.store.set('ä'.repeat(257), '1')).toThrow(refusedWith('ERR_KEY'));
    expect(() => node.store.set('k', new Uint8Array(262_145))).toThrow(refusedWith('ERR_TOO_LARGE'));
    expect(node.status().digests.store).toBe(digest);
    node.store.set('l', '1');
    expect(() => node.store.set('m', '1')).toThrow(refusedWith('ERR_OVERFLOW'));
    expect(text(node.store.set('k', '2').value)).toBe('2');
  });
});

describe('an entry with a time to live', () => {
  it('ends at all nodes, and each tells', async () => {
    const nodes = await startCluster(['a', 'b'], { limits: { storeTickMs: 10 } });
    const [a, b] = nodes;
    const entry = a!.node.store.set('lease', 'mine', { ttlMs: 500 });
    expect(Date.parse(entry.expiresAt ?? '')).toBeGreaterThan(0);
    expect((await b!.watch.first('store-changed')).isDeleted).toBe(false);
    expect(b!.node.store.get('lease')).toEqual(entry);
    for (const { node, watch } of nodes) {
      const ended = await watch.first('store-changed', ({ isDeleted }) => isDeleted);
      expect(ended).toMatchObject({ key: 'lease', version: entry.version });
      expect([node.store.get('lease'), node.store.list(), node.store.delete('lease')]).toEqual([undefined, [], false]);
    }
  });

  it.each([0, -1, Number.NaN, 2 ** 31])('does not live for %d ms', async (ttlMs) => {
    const { node } = await startNode('a');
    expect(() => node.store.set('k', '1', { ttlMs })).toThrow(refusedWith('ERR_CONFIG'));
    expect(node.store.get('k')).toBeUndefined();
  });
});

describe('the store of a cluster', () => {
  it('spreads writes and deletions, with the same version everywhere', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const written = a!.node.store.set('flag', 'on');
    const changed = await b!.watch.first('store-changed');
    expect(changed).toMatchObject({ key: 'flag', version: written.version, origin: 'a', isDeleted: false });
    expect(b!.node.store.get('flag')).toEqual(written);
    b!.node.store.delete('flag');
    await a!.watch.first('store-changed', ({ isDeleted, origin }) => isDeleted && origin === 'b');
    expect(a!.node.store.get('flag')).toBeUndefined();
    expect(a!.node.status().digests.store).toBe(b!.node.status().digests.store);
  });

  it('is given to who joins', async () => {
    const { node: a } = await startNode('a');
    a.store.set('k', 'before');
    a.store.set('large', new Uint8Array(200_000));
    const { node: b, watch } = await startNode('b');
    await b.join([a.address]);
    await until(() => b.store.list().length === 2, watch);
    expect(text(b.store.get('k')?.value)).toBe('before');
    expect(b.store.get('large')?.value).toHaveLength(200_000);
    expect(b.status().digests.store).toBe(a.status().digests.store);
  });

  it('becomes the same on all nodes, whoever wrote what at the same time', async () => {
    const nodes = await startCluster(['a', 'b', 'c']);
    for (const { node } of nodes) for (const key of ['x', 'y', node.name]) node.store.set(key, `by ${node.name}`);
    const digests = (): Set<string> => new Set(nodes.map(({ node }) => node.status().digests.store));
    await until(() => digests().size === 1, ...nodes.map(({ watch }) => watch));
    const contents = nodes.map(({ node }) => node.store.list());
    expect(contents[0]).toHaveLength(5);
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
  });
});
