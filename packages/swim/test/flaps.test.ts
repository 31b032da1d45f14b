import { describe, expect, it } from 'vitest';
import { claim, Solo } from './solo.ts';

/** Ten members besides x, so that one may be damped; nobody is probed. */
function cluster() {
  return new Solo({ isStarted: false, peers: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'x'] });
}

describe('Flaps', () => {
  it.each([
    ['failed', 1_000, [claim('x', { status: 'dead' })]],
    [
      'failed after a suspicion',
      1_000,
      [claim('x', { status: 'suspect', accuser: 'a' }), claim('x', { status: 'dead' })],
    ],
    [
      'failed, as others say of a later incarnation too',
      1_000,
      [claim('x', { status: 'dead' }), claim('x', { status: 'dead', incarnation: 1 })],
    ],
    ['came back from the dead', 1_500, [claim('x', { status: 'dead' }), claim('x', { incarnation: 1 })]],
    ['refuted', 500, [claim('x', { status: 'suspect', accuser: 'a' }), claim('x', { incarnation: 1 })]],
    ['restarted before anybody noticed', 500, [claim('x', { generation: 2 })]],
    ['left and came back', 0, [claim('x', { status: 'left' }), claim('x', { incarnation: 1 })]],
    ['left and came back in another life', 0, [claim('x', { status: 'left' }), claim('x', { generation: 2 })]],
    ['changed its tags', 0, [claim('x', { incarnation: 1, tagsDigest: 9 })]],
    ['is new', 0, []],
  ])('cost a member that %s %i points', (_what, penalty, claims) => {
    const solo = cluster();
    solo.learn('a', ...claims);
    expect(solo.core.flaps.penaltyOf('x', solo.nowMs)).toBe(penalty);
  });

  it('damp who comes and goes too often, after the event that did it, and let it back when it is quiet', () => {
    const solo = cluster();
    let incarnation = 0;
    while (!solo.core.flaps.isDamped('x')) {
      solo.out.clear();
      solo.learn('a', claim('x', { status: 'dead', incarnation }), claim('x', { incarnation: incarnation + 1 }));
      incarnation += 1;
    }
    // Points of the fourth round: 3 × 1500 + 1000.
    expect(solo.out.events).toEqual([
      expect.objectContaining({ type: 'member-failed' }),
      { type: 'member-damped', name: 'x', penalty: 5_500 },
      expect.objectContaining({ type: 'member-recovered' }),
    ]);
    expect(solo.core.flaps.dampedCount).toBe(1);
    expect(solo.pending('flap-reuse')).toHaveLength(1);
    solo.out.clear();
    solo.run(300_000);
    expect(solo.core.flaps.isDamped('x')).toBe(true);
    solo.run(100_000);
    expect(solo.core.flaps.isDamped('x')).toBe(false);
    expect(solo.events('member-reused')).toMatchObject([{ name: 'x' }]);
    expect(solo.events('member-reused')[0]?.penalty).toBeLessThanOrEqual(2_500);
    expect(solo.pending('flap-reuse')).toEqual([]);
  });

  it('are forgotten with the member', () => {
    const solo = new Solo({ flaps: { halfLifeMs: 1_000_000_000, suppressMsMax: 2_000_000_000 } });
    solo.learn('a', claim('x'), claim('x', { status: 'dead' }));
    expect(solo.core.flaps.penaltyOf('x', 0)).toBe(1_000);
    solo.run(86_500_000);
    expect(solo.core.flaps.penaltyOf('x', solo.nowMs)).toBe(0);
  });
});
