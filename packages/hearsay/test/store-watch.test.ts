import { describe, expect, it } from 'vitest';
import { type StoreChange, StoreLog } from '../src/store-watch.ts';
import { startCluster, startNode } from './started-node.ts';

const change = (key: string) => ({ key, version: '1.0.a', origin: 'a', isDeleted: false });
const keysOf = (changes: readonly (StoreChange | undefined)[]) =>
  changes.map((one) => (one?.type === 'changed' ? one.key : one?.type));

describe('a watch', () => {
  it('has the changes below its prefix from now on, in order, also while nobody reads', async () => {
    const log = new StoreLog('7');
    log.append(change('a/0'));
    const watch = log.watch('a/', undefined, undefined);
    const first = watch.next();
    for (const key of ['b/1', 'a/1', 'a/2']) log.append(change(key));
    expect(keysOf([(await first).value, (await watch.next()).value])).toEqual(['a/1', 'a/2']);
    log.close();
    expect((await watch.next()).done).toBe(true);
  });

  it('goes on behind a cursor', async () => {
    const log = new StoreLog('7');
    const cursor = log.cursorBehind(0);
    for (const key of ['a/1', 'a/2']) log.append(change(key));
    const again = (await log.watch('', cursor, undefined).next()).value;
    expect(again).toMatchObject({ type: 'changed', key: 'a/1', cursor: '7.1' });
    expect(keysOf([(await log.watch('', '7.1', undefined).next()).value])).toEqual(['a/2']);
  });

  it('tells how much it missed, and when its cursor is of another life', async () => {
    const log = new StoreLog('7');
    const slow = log.watch('', undefined, undefined);
    for (let count = 0; count < 5_000; count++) log.append(change(`${count}`));
    expect((await slow.next()).value).toMatchObject({ type: 'missed', missedCount: 5_000 - 4_096 });
    expect(keysOf([(await slow.next()).value])).toEqual([`${5_000 - 4_096}`]);
    for (const cursor of ['6.1', '7.999999', '7.x', '']) {
      expect((await log.watch('', cursor, undefined).next()).value).toMatchObject({
        type: 'missed',
        missedCount: undefined,
      });
    }
  });

  it('ends with its signal and with a break', async () => {
    const log = new StoreLog('7');
    const controller = new AbortController();
    const watch = log.watch('', undefined, controller.signal);
    const waiting = watch.next();
    controller.abort();
    expect([(await waiting).done, (await watch.next()).done]).toEqual([true, true]);
    const other = log.watch('', undefined, undefined);
    log.append(change('k'));
    for await (const _ of other) break;
    expect((await other.next()).done).toBe(true);
    expect((await log.watch('', undefined, AbortSignal.abort()).next()).done).toBe(true);
  });
});

describe('node.store', () => {
  it('lets changes of other nodes be watched, and ends with the node', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const watch = b!.node.store.watch('flags/');
    a!.node.store.set('other', '1');
    a!.node.store.set('flags/x', '1');
    expect((await watch.next()).value).toMatchObject({
      type: 'changed',
      key: 'flags/x',
      origin: 'a',
      isDeleted: false,
    });
    await b!.node.stop();
    expect((await watch.next()).done).toBe(true);
  });

  it('loads many entries, and gives all of them back', async () => {
    const { node } = await startNode('a');
    const entries = Array.from({ length: 2_500 }, (_, index) => ({ key: `k${index}`, value: `${index}` }));
    expect(await node.store.load(entries)).toBe(2_500);
    expect([...node.store.entries('k24')]).toHaveLength(111);
    expect([...node.store.entries()]).toHaveLength(2_500);
    await expect(
      node.store.load([
        { key: 'ok', value: '' },
        { key: '', value: '' },
      ]),
    ).rejects.toMatchObject({ code: 'ERR_KEY' });
    expect(node.store.get('ok')).toBeDefined();
  });
});
