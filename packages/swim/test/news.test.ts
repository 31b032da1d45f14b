import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RecordingOutbox, Rng } from '@hearsay/core';
import { type Claim, MemberTable, membershipConfig } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { type SwimAlarm, type SwimConfig, type SwimEvent, type SwimMessage, swimConfig } from '../src/index.ts';
import { News } from '../src/news.ts';
import { claim, Solo, WALL_MS } from './solo.ts';

const CLAIM_BYTES = 50;

/** The garbage collector, which has no import. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function harness(config: Partial<SwimConfig> = {}, peers: readonly string[] = ['a', 'b', 'c']) {
  const table = new MemberTable(membershipConfig(), { name: 'self', zone: '' });
  for (const name of peers) table.merge(claim(name), WALL_MS, 0);
  const out = new RecordingOutbox<SwimMessage, SwimAlarm, SwimEvent>();
  const news = new News(swimConfig(config), table, new Rng(1).fork('news'), () => CLAIM_BYTES);
  return {
    table,
    out,
    news,
    spread: (spreading: Claim, isOwn = false) => news.spread(spreading, isOwn, out),
    /** Names of the claims in a packet. */
    packet: (budgetBytes = 10 * CLAIM_BYTES) => {
      const message = news.piggyback(budgetBytes);
      return message?.type === 'claims' ? message.claims.map(({ name }) => name) : [];
    },
    round: (nowMs = 0) => {
      out.clear();
      news.onRound(nowMs, out);
      return out.sends;
    },
  };
}

describe('News, told often enough', () => {
  it('is let go of: a claim that nobody believes any more takes no memory', async () => {
    const { spread, packet, round } = harness();
    const spent = ((): WeakRef<Claim> => {
      const outdated = claim('x');
      spread(outdated);
      return new WeakRef(outdated);
    })();
    while (packet().length > 0);
    round();
    // A reference that was made in this turn is held to its end.
    await setImmediate();
    collectGarbage();
    expect(spent.deref()).toBeUndefined();
  });
});

describe('News, riding on packets', () => {
  it('fits the budget, and is nothing when nothing fits or nothing waits', () => {
    const { news, spread, packet } = harness();
    expect(news.piggyback(1_000)).toBeUndefined();
    for (const name of ['x', 'y', 'z']) spread(claim(name));
    expect(packet(2 * CLAIM_BYTES + 49)).toHaveLength(2);
    expect(packet(CLAIM_BYTES - 1)).toEqual([]);
  });

  it('is repeated four times per power of ten of the cluster', () => {
    for (const [peerCount, times] of [
      [3, 4],
      [8, 4],
      [9, 8],
      [98, 8],
      [99, 12],
    ] as const) {
      const { news, spread, packet } = harness(
        {},
        Array.from({ length: peerCount }, (_, index) => `peer-${index}`),
      );
      spread(claim('x'));
      let count = 0;
      while (packet().length > 0) count += 1;
      expect([peerCount, count]).toEqual([peerCount, times]);
      expect(news.has('x')).toBe(false);
    }
  });

  it('has one claim per member, the latest', () => {
    const { news, spread } = harness();
    spread(claim('x', { status: 'suspect', accuser: 'a' }));
    spread(claim('x', { incarnation: 1 }));
    expect(news.count).toBe(1);
    expect(news.piggyback(1_000)).toEqual({ type: 'claims', claims: [claim('x', { incarnation: 1 })] });
  });

  it('puts what is urgent first: our own and who left, then suspicions and deaths, then the living', () => {
    const { spread, packet } = harness();
    spread(claim('alive'));
    spread(claim('dead', { status: 'dead' }));
    spread(claim('left', { status: 'left' }));
    const order = Array.from({ length: 3 }, () => packet(CLAIM_BYTES)[0]);
    expect(order).toEqual(['left', 'dead', 'alive']);
    const { spread: spreadMore, packet: first } = harness();
    spreadMore(claim('suspect', { status: 'suspect', accuser: 'a' }));
    spreadMore(claim('self', { incarnation: 1 }), true);
    expect(first(CLAIM_BYTES)).toEqual(['self']);
  });

  it('drops the most transmitted of the least urgent at the bound, and counts it', () => {
    const { news, spread, packet } = harness({ newsCountMax: 2 });
    spread(claim('old'));
    packet();
    spread(claim('x'));
    spread(claim('self'), true);
    expect([news.has('old'), news.has('x'), news.has('self')]).toEqual([false, true, true]);
    expect(news.droppedCount).toBe(1);
  });
});

describe('News, under overload', () => {
  it('is served by its age as well: fresh claims do not keep an old one waiting for ever', () => {
    const { news, spread, packet } = harness();
    news.noteTime(1_000_000);
    spread(claim('old'));
    const sent: (string | undefined)[] = [];
    for (let turn = 0; turn <= 20; turn++) {
      news.noteTime(1_000_000 + turn * 100);
      spread(claim(`fresh-${turn}`));
      sent.push(packet(CLAIM_BYTES)[0]);
    }
    expect(sent.indexOf('old')).toBe(20);
  });

  it('learns the time from every step of the core', () => {
    const solo = new Solo({ isStarted: false, peers: ['a'] });
    while (solo.core.piggyback('a', 1_000) !== undefined);
    solo.nowMs = 50_000;
    solo.learn('a', claim('old'));
    solo.nowMs = 52_000;
    solo.learn('a', claim('fresh'));
    const message = solo.core.piggyback('a', CLAIM_BYTES);
    expect(message?.type === 'claims' && message.claims.map(({ name }) => name)).toEqual(['old']);
  });
});

describe('News, in rounds', () => {
  it('goes to random members of its own accord while there is any', () => {
    const { out, news, spread, round } = harness({}, ['a', 'b', 'c', 'd', 'e']);
    spread(claim('x'));
    expect(out.timers).toHaveLength(1);
    expect(out.timers[0]!.delayMs).toBeLessThan(200);
    const targets = round().map(({ to }) => to);
    expect(new Set(targets).size).toBe(3);
    expect(out.timers).toEqual([{ timer: { type: 'gossip' }, delayMs: 200 }]);
    // Four transmissions: three in the first round, one in the second, and with the third it is over.
    expect(round()).toHaveLength(1);
    expect(news.count).toBe(0);
    expect(round()).toEqual([]);
    expect(out.timers).toEqual([]);
  });

  it('schedules one row of rounds, however much there is', () => {
    const { out, spread, round } = harness();
    for (const name of ['x', 'y', 'z']) spread(claim(name));
    expect(out.timers).toHaveLength(1);
    round();
    spread(claim('w'));
    expect(out.timers).toHaveLength(1);
  });

  it('waits for somebody to tell it to, and keeps it until then', () => {
    const { out, news, table, spread, round } = harness({}, []);
    spread(claim('x'));
    expect(round()).toEqual([]);
    expect(out.timers).toEqual([]);
    expect(news.count).toBe(1);
    table.merge(claim('a'), WALL_MS, 0);
    spread(claim('a'));
    expect(out.timers).toHaveLength(1);
    expect(round()[0]?.message).toMatchObject({ claims: [{ name: 'a' }, { name: 'x' }] });
  });

  it('sends a claim that is too large for a round alone: nothing is ever stuck', () => {
    const { news, spread, round } = harness({ gossipBytesMax: CLAIM_BYTES - 1 });
    spread(claim('x'));
    expect(round()).toHaveLength(3);
    expect(round()).toHaveLength(1);
    expect(news.count).toBe(0);
  });
});

describe('News, to the recently dead', () => {
  const DEAD = claim('dead', { status: 'dead', accuser: 'a' });

  /** The share of rounds that also go to the dead. */
  function toldShare(sinceMs: number, nowMs: number): number {
    const { news, table, spread, round } = harness();
    table.merge(DEAD, WALL_MS, 0);
    news.noteStatus(DEAD, sinceMs);
    let toldCount = 0;
    for (let index = 0; index < 1_000; index++) {
      spread(claim('x', { incarnation: index }));
      toldCount += round(nowMs).filter(({ to }) => to === 'dead').length;
    }
    return toldCount / 1_000;
  }

  it('goes as to any member: one of three alive and one dead gets three of four rounds', () => {
    const share = toldShare(0, 30_000);
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.8);
  });

  it('goes no longer to who is dead for more than gossipToDeadMs', () => {
    expect(toldShare(0, 30_001)).toBe(0);
  });

  it('takes the place of a member: a round never has more targets', () => {
    const { news, table, spread, round } = harness({ gossipFanout: 2 });
    for (const name of ['d', 'e', 'f']) {
      table.merge(claim(name, { status: 'dead' }), WALL_MS, 0);
      news.noteStatus(claim(name, { status: 'dead' }), 0);
    }
    spread(claim('x'));
    expect(round()).toHaveLength(2);
  });

  it('reaches the dead also when nobody is left alive', () => {
    const { news, table, spread, round } = harness({}, []);
    table.merge(DEAD, WALL_MS, 0);
    news.noteStatus(DEAD, 0);
    spread(claim('x'));
    expect(round().map(({ to }) => to)).toEqual(['dead']);
  });

  it.each(['alive', 'suspect', 'left'] as const)('ends when the member is %s', (status) => {
    const { news, spread, round } = harness({}, []);
    news.noteStatus(DEAD, 0);
    news.noteStatus(claim('dead', { status, incarnation: 1 }), 10);
    spread(claim('x'));
    expect(round()).toEqual([]);
  });
});
