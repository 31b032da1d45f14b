import { describe, expect, it } from 'vitest';
import { AGENTS_MEASURES, measuresOf, parseAgentsReport } from '../src/suites/agents-program.ts';
import { suites } from '../src/suites/index.ts';
import { throughput } from '../src/suites/throughput.ts';

const jobs = throughput.jobs({ seed: 1, isQuick: true });
const [pushJob] = jobs;
const good = {
  ...measuresOf(() => 0),
  agents: 5,
  rumors: 1_000,
  bytes: 200,
  seconds: 2,
  cpuSeconds: 4,
  publisherCpuSeconds: 1,
  packets: 8_000,
  packetBytes: 7_600_000,
  frameBytes: 400_000,
  pushed: 40_000,
  duplicates: 28_000,
  recovered: 40,
};

describe('the suite throughput', () => {
  it('is listed, and runs on request only, one job at a time', () => {
    expect(suites).toContain(throughput);
    expect(throughput).toMatchObject({ isOnRequest: true, isSerial: true });
  });

  it('asks for what was to be shown, and for less in a hurry', () => {
    const [full] = throughput.jobs({ seed: 1, isQuick: false });
    expect(full).toMatchObject({ agentCount: 10, rumorCount: 10_000, payloadBytes: 200 });
    expect(jobs.map(({ way }) => way)).toEqual(['push', 'tree']);
    expect(Number(jobs[0]!.rumorCount)).toBeLessThan(10_000);
  });

  it('tells what one delivery costs', () => {
    const { rows, checks } = throughput.summarize([pushJob!], [good]);
    expect(rows).toEqual([
      {
        way: 'push',
        agents: 5,
        rumors: 1_000,
        'rumors/s': 500,
        'CPU µs/delivery': 1_000,
        "publisher's CPU µs/rumor": 1_000,
        'bytes/byte': 10,
        'packets/delivery': 2,
        'copies/delivery': 8,
        'by the log, %': 1,
        'told to wait': 0,
        suspicions: 0,
      },
    ]);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it.each([
    ['missed', 1, 0],
    ['twice', 1, 1],
    ['strange', 1, 1],
    ['pushed', 40_001, 2],
    ['packetBytes', 12_000_000, 3],
  ])('fails when %s is %i', (key, value, index) => {
    const { checks } = throughput.summarize([pushJob!], [{ ...good, [key]: value }]);
    expect(checks.map(({ ok }) => ok)).toEqual([0, 1, 2, 3].map((one) => one !== index));
  });

  it('expects less along a tree, in the same run', () => {
    const lean = { ...good, pushed: 0, branched: 5_000, packetBytes: 3_900_000, frameBytes: 100_000 };
    const failed = (changes: object): readonly string[] =>
      throughput
        .summarize(jobs, [good, { ...lean, ...changes }])
        .checks.filter(({ ok }) => !ok)
        .map(({ name }) => name);
    expect(failed({})).toEqual([]);
    expect(failed({ missed: 1 })).toEqual(['tree: deliveries missed']);
    expect(failed({ twice: 1 })).toEqual(['tree: delivered twice, or never published']);
    expect(failed({ frameBytes: 100_001 })).toEqual(['bytes along a tree, as a share of those of pushes']);
  });

  it('says why it was skipped, and fails no check then', () => {
    const found = throughput.summarize([pushJob!], [{ obstacle: 'nothing is built' }]);
    expect(found).toMatchObject({ rows: [], checks: [], notes: ['skipped: nothing is built'] });
  });
});

describe('a report of the agents', () => {
  it('has all measures and no others', () => {
    expect(parseAgentsReport(JSON.stringify(good))).toEqual(good);
    expect(() => parseAgentsReport(JSON.stringify({ ...good, more: 1 }))).toThrow('more is not expected');
    expect(() => parseAgentsReport(JSON.stringify({ ...good, missed: null }))).toThrow('missed is null');
    expect(() => parseAgentsReport('1')).toThrow('a report is 1');
    expect(AGENTS_MEASURES).toHaveLength(21);
  });
});
