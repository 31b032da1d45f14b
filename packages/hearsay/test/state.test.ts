import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../src/index.ts';
import { metricOf, startCluster, startNode } from './started-node.ts';

const refusedWith = (code: string) => expect.objectContaining({ code });

describe('the state of one node', () => {
  it('has what was set, in order of the keys', async () => {
    const { node, watch } = await startNode('a');
    expect(node.state.set('load', '0.7')).toEqual({ origin: 'a', key: 'load', value: '0.7', version: 1 });
    node.state.set('disk', '');
    expect(node.state.get('load')).toEqual(node.state.get('load', 'a'));
    expect(node.state.list().map(({ key, value }) => [key, value])).toEqual([
      ['disk', ''],
      ['load', '0.7'],
    ]);
    expect(node.state.list({ prefix: 'lo' })).toHaveLength(1);
    expect(node.state.list({ origin: 'nobody' })).toEqual([]);
    expect(node.state.delete('load')).toBe(true);
    expect(node.state.delete('load')).toBe(false);
    expect(await watch.first('state-changed', ({ value }) => value === undefined)).toEqual({
      type: 'state-changed',
      origin: 'a',
      key: 'load',
      value: undefined,
      version: 3,
    });
    expect(metricOf(node.metrics(), 'hearsay_state_bytes')).toBe('disk'.length + 'load'.length);
  });

  it('refuses what is too large or no text, and stays as it was', async () => {
    const { node } = await startNode('a', { state: { entryCountMax: 1 } });
    node.state.set('k', 'v');
    expect(() => node.state.set('', 'v')).toThrow(refusedWith('ERR_KEY'));
    expect(() => node.state.set('k', '\ud800')).toThrow(refusedWith('ERR_KEY'));
    expect(() => node.state.set('k', 'x'.repeat(65_537))).toThrow(refusedWith('ERR_TOO_LARGE'));
    expect(() => node.state.set('l', 'v')).toThrow(refusedWith('ERR_OVERFLOW'));
    expect(node.state.list()).toHaveLength(1);
    await node.stop();
    expect(() => node.state.set('k', 'w')).toThrow(refusedWith('ERR_STOPPED'));
  });
});

describe('node state among nodes', () => {
  it('is seen by all, large values by stream, and watched by origin and prefix', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const seen: NodeEvent[] = [];
    const watching = (async () => {
      for await (const change of b!.node.state.watch({ origin: 'a', prefix: 'lo' })) {
        seen.push(change);
        if (change.value === undefined) break;
      }
    })();
    b!.node.state.set('load', 'mine');
    a!.node.state.set('other', 'x'.repeat(65_536));
    a!.node.state.set('load', '0.7');
    await b!.watch.first('state-changed', ({ origin, value }) => origin === 'a' && value === '0.7');
    expect(b!.node.state.get('other', 'a')?.value).toHaveLength(65_536);
    a!.node.state.delete('load');
    await watching;
    expect(seen).toMatchObject([{ value: '0.7' }, { value: undefined }]);
    await a!.watch.first('state-changed', ({ origin }) => origin === 'b');
    expect(a!.node.status().digests.state).toBe(b!.node.status().digests.state);
  });
});
