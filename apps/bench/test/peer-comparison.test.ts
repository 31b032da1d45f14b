import { describe, expect, it } from 'vitest';
import { busyNotes, compare, type PeerRun } from '../src/suites/peer-comparison.ts';
import { type Measures, type Peer, parseReport } from '../src/suites/peer-report.ts';
import { peerLines, textOf } from './peer-lines.ts';

const usual = parseReport(textOf(peerLines())).measures;

function run(peer: Peer, round: number, changes: Measures = {}, nodeCount = 20): PeerRun {
  return { peer, round, nodeCount, measures: { ...usual, ...changes } };
}

function without(run: PeerRun, key: string): PeerRun {
  const { [key]: _, ...measures } = run.measures;
  return { ...run, measures };
}

function row(runs: readonly PeerRun[], phase: string, measure: RegExp) {
  return compare(runs).rows.find((one) => one.phase === phase && measure.test(String(one.measure)));
}

function checkOf(runs: readonly PeerRun[], name: RegExp) {
  return compare(runs).checks.find((one) => name.test(one.name));
}

describe('compare', () => {
  it('adds UDP and TCP up, and turns CPU into microseconds', () => {
    const runs = [run('hearsay', 0, { 'steady.tcpBytes': 100 }), run('memberlist', 0)];
    expect(row(runs, 'steady', /bytes/)).toEqual({
      n: 20,
      phase: 'steady',
      measure: 'payload bytes/node/s',
      hearsay: 180,
      memberlist: 90,
      ratio: 2,
    });
    expect(row(runs, 'steady', /CPU/)).toMatchObject({ hearsay: 500, memberlist: 500, ratio: 1 });
    expect(row(runs, 'steady', /packets/)).toMatchObject({ hearsay: 2.25, memberlist: 2.25 });
  });

  it('divides within rounds only: a machine that is slow in one of them is slow for both', () => {
    const slow = { 'steady.cpuMs': 4 };
    const runs = [run('hearsay', 0), run('memberlist', 0), run('hearsay', 1, slow), run('memberlist', 1, slow)];
    expect(row(runs, 'steady', /CPU/)).toMatchObject({ hearsay: 2_250, ratio: 1 });
    const oneSided = [
      run('hearsay', 0),
      run('memberlist', 0, slow),
      run('hearsay', 1, slow),
      run('memberlist', 1, slow),
    ];
    expect(row(oneSided, 'steady', /CPU/)?.ratio).toBe((1 + 1 / 8) / 2);
  });

  it('has every measure for every size, and checks the ratios that there are', () => {
    const runs = [20, 50].flatMap((n) => [run('hearsay', 0, {}, n), run('memberlist', 0, {}, n)]);
    const { rows, checks } = compare(runs);
    expect(rows.filter(({ n }) => n === 20)).toHaveLength(rows.length / 2);
    expect(checks.filter(({ name }) => name.includes('n 50'))).toHaveLength(checks.length / 2);
    expect(checks.every(({ tolerance, ok }) => tolerance.kind === 'at-most' && ok)).toBe(true);
    expect(checks.some(({ name }) => name.includes('all pairs'))).toBe(false);
  });

  it('fails a check whose ratio is above its limit', () => {
    const pair = (ours: number) => [run('hearsay', 0, { 'detection.allKnowMs': ours }), run('memberlist', 0)];
    const limit = checkOf(pair(1), /detection: all know/)?.expected ?? Number.NaN;
    expect(checkOf(pair(8_500 * limit), /detection: all know/)?.ok).toBe(true);
    expect(checkOf(pair(8_500 * limit + 1), /detection: all know/)?.ok).toBe(false);
  });

  it('counts what only memberlist did not do in time as won, and what only we did not as lost', () => {
    const key = 'detection.allKnowMs';
    const theirs = [run('hearsay', 0), without(run('memberlist', 0), key)];
    expect(checkOf(theirs, /detection: all know/)).toMatchObject({ measured: 0, ok: true });
    expect(row(theirs, 'detection', /^all/)).toEqual(expect.not.objectContaining({ memberlist: expect.anything() }));
    const ours = [without(run('hearsay', 0), key), run('memberlist', 0)];
    expect(checkOf(ours, /detection: all know/)).toMatchObject({ ok: false });
    expect(row(ours, 'detection', /^all/)).not.toHaveProperty('ratio');
  });

  it('lets a round in which neither did, or theirs is 0, say nothing', () => {
    const neither = [run('hearsay', 0), run('memberlist', 0), run('hearsay', 1), run('memberlist', 1)];
    const halved = neither.map((one) => (one.round === 1 ? without(one, 'broadcast.allMs') : one));
    expect(row(halved, 'broadcast', /to all/)?.ratio).toBe(1);
    expect(row(neither, 'detection', /never know/)).not.toHaveProperty('ratio');
    const halfTold = neither.map((one) => without(one, 'steady.tcpBytes'));
    expect(row(halfTold, 'steady', /bytes/)).not.toHaveProperty('hearsay');
  });

  it('says when the machine was too busy to measure anything at rest', () => {
    const calm = [run('hearsay', 0, { 'steady.suspicions': 0 }), run('memberlist', 0, { 'steady.suspicions': 0 })];
    expect(busyNotes(calm)).toEqual([]);
    const busy = [...calm, run('memberlist', 0, { 'steady.suspicions': 153 }, 100)];
    expect(busyNotes(busy)).toEqual([expect.stringMatching(/^n 100: .* suspected 153 times/)]);
  });
});
