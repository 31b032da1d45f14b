import { describe, expect, it } from 'vitest';
import { CLUSTER_SIZE, dampAt, damper, MINUTE_MS } from './flapping.ts';

describe('FlapDamper, the share', () => {
  it('damps those with the highest penalty, and lets the others through', () => {
    const each = damper();
    expect(dampAt(each, 'six', 0, 6, 20)).toBe(true);
    expect(dampAt(each, 'seven', 0, 7, 20)).toBe(true);
    expect(each.letThroughCount).toBe(0);
    // Room for two. With 6000 points it is no higher than `six`, with 7000 it takes its place.
    expect(dampAt(each, 'tenacious', 0, 6, 20)).toBe(false);
    expect(each.letThroughCount).toBe(1);
    expect(each.note('tenacious', 'failed', 0, 20)).toBe('damped');
    expect(each.letThroughCount).toBe(2);
    expect(each.nextReuseMs(0)).toBe(0);
    expect(each.reusable(0)).toEqual(['six']);
    expect(each.damped().map(({ name }) => name)).toEqual(['tenacious', 'seven']);
  });

  it('sees a difference of one point that makes no difference in time', () => {
    const each = damper({ suppressLimit: 300_000, reuseLimit: 200_000, failurePenalty: 200_100, recoveryPenalty: 1 });
    expect(dampAt(each, 'a', 0, 2, 10)).toBe(true);
    expect(dampAt(each, 'b', 0, 2, 10)).toBe(false);
    const reuseMs = each.nextReuseMs(0);
    expect(each.note('b', 'recovered', 0, 10)).toBe('damped');
    expect(each.reusable(0)).toEqual(['a']);
    expect(each.nextReuseMs(0)).toBe(reuseMs);
  });

  it.each([
    [9, 0],
    [10, 1],
    [19, 1],
    [20, 2],
    [100, 10],
  ])('in a cluster of %i is room for %i', (clusterSize, count) => {
    const each = damper();
    for (let index = 0; index < 12; index++) dampAt(each, `api-${index}`, 0, 6, clusterSize);
    expect(each.dampedCount).toBe(count);
  });

  it('shrinks with the cluster: the lowest penalties go first', () => {
    const each = damper();
    for (const [name, flapCount] of Object.entries({ a: 8, b: 6, c: 7 })) dampAt(each, name, 0, flapCount, 30);
    each.note('d', 'failed', 0, 10);
    expect(each.reusable(0)).toEqual(['b', 'c']);
    expect(each.isDamped('a')).toBe(true);
  });

  it('also by a flap that costs nothing', () => {
    const each = damper({ recoveryPenalty: 0 });
    dampAt(each, 'a', 0, 6, 10);
    each.note('a', 'recovered', 0, 9);
    expect(each.dampedCount).toBe(0);
    expect(each.reusable(0)).toEqual(['a']);
  });

  it('damps who was let through at its next flap, when there is room again', () => {
    const each = damper();
    dampAt(each, 'a', 0, 8, 10);
    expect(dampAt(each, 'b', 0, 7, 10)).toBe(false);
    each.forget('a');
    expect(each.dampedCount).toBe(0);
    expect(each.note('b', 'suspected', 0, 10)).toBe('damped');
  });

  it('of 0 damps nobody', () => {
    const each = damper({ dampedSharePerMille: 0 });
    expect(dampAt(each, 'a', 0, 20, 1_000_000)).toBe(false);
    expect(each.nextReuseMs(0)).toBeUndefined();
  });
});

describe('FlapDamper, the bound', () => {
  it('forgets the lowest penalty, as it is by then', () => {
    const each = damper({ memberCountMax: 2 });
    each.note('old', 'failed', 0, CLUSTER_SIZE);
    each.note('new', 'suspected', 10 * MINUTE_MS, CLUSTER_SIZE); // 500 against 1000 / 4
    each.note('newest', 'failed', 10 * MINUTE_MS, CLUSTER_SIZE);
    expect(each.penaltyOf('old', 10 * MINUTE_MS)).toBe(0);
    expect(each.penaltyOf('new', 10 * MINUTE_MS)).toBe(500);
    expect(each.forgottenCount).toBe(1);
  });

  it('forgets the new one if that is the lowest', () => {
    const each = damper({ memberCountMax: 1 });
    each.note('a', 'failed', 0, CLUSTER_SIZE);
    each.note('b', 'suspected', 0, CLUSTER_SIZE);
    expect(each.penaltyOf('a', 0)).toBe(1_000);
    expect(each.penaltyOf('b', 0)).toBe(0);
    expect(each.memberCount).toBe(1);
  });

  it('lets back a damped member that it forgets', () => {
    const each = damper({ memberCountMax: 1, failurePenalty: 4_000 });
    expect(dampAt(each, 'a', 0, 2)).toBe(true);
    // 8000 points have faded to 2828, which is above the reuse limit and below the 4000 of another.
    each.note('b', 'failed', 450_000, CLUSTER_SIZE);
    expect(each.isDamped('a')).toBe(false);
    expect(each.nextReuseMs(450_000)).toBe(450_000);
    expect(each.reusable(450_000)).toEqual(['a']);
    expect(each.forgottenCount).toBe(1);
  });

  it('forgets whom the owner forgets, at once and without a word', () => {
    const each = damper();
    dampAt(each, 'a', 0);
    each.forget('a');
    each.forget('nobody');
    expect(each.isDamped('a')).toBe(false);
    expect(each.penaltyOf('a', 0)).toBe(0);
    expect(each.reusable(0)).toEqual([]);
    expect(each.nextReuseMs(0)).toBeUndefined();
    expect(each.memberCount).toBe(0);
  });

  it('keeps at most as many names for an owner who never asks', () => {
    const each = damper({ memberCountMax: 3 });
    for (let index = 0; index < 10; index++) dampAt(each, `api-${index}`, index * 1_000_000);
    expect(each.reusable(20_000_000)).toEqual(['api-7', 'api-8', 'api-9']);
  });
});
