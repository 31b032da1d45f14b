import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { Entries, manyEntries } from './world.ts';

/** Can change without telling anybody. */
class Silent extends Entries {
  isSilent = false;
  readonly lost = new Set<string>();
  override get recordCount(): number {
    return super.recordCount - this.lost.size;
  }
  override get(key: string) {
    return this.lost.has(key) ? undefined : super.get(key);
  }
  override observe(observer: Parameters<Entries['observe']>[0]): void {
    super.observe((key, record) => {
      if (!this.isSilent) observer(key, record);
    });
  }
}

describe('the background check', () => {
  it('finds what has changed without a word, in one round over the records', () => {
    const replica = new Silent(manyEntries(2_000));
    const node = new Harness({ replica, config: { verifyRoundMs: 4_000 } });
    node.start();
    replica.isSilent = true;
    replica.merge({ key: 'key-5', version: 7 });
    replica.merge({ key: 'new', version: 1 });
    replica.lost.add('key-9');
    const expected = new Harness({
      content: [...manyEntries(2_000).filter(([key]) => key !== 'key-9'), ['key-5', 7], ['new', 1]],
    });
    expect(node.core.rootDigest()).not.toBe(expected.core.rootDigest());
    for (let interval = 0; interval < 6; interval++) node.ring('interval');
    expect(node.core.rootDigest()).toBe(expected.core.rootDigest());
    expect(node.core.repairedCount).toBe(3);
    for (let interval = 0; interval < 6; interval++) node.ring('interval');
    expect(node.core.repairedCount).toBe(3);
  });

  it('can be turned off', () => {
    const replica = new Silent(manyEntries(20));
    const node = new Harness({ replica, config: { verifyRoundMs: 0 } });
    node.start();
    replica.isSilent = true;
    replica.merge({ key: 'key-5', version: 7 });
    for (let interval = 0; interval < 10; interval++) node.ring('interval');
    expect(node.core.repairedCount).toBe(0);
  });
});
