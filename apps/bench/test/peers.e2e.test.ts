import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildMemberlist, memberlistSources, obstacle, type PeerFlags, runPeer } from '../src/suites/peer-programs.ts';
import { type PeerReport, PHASE_NAMES } from '../src/suites/peer-report.ts';

/** As little as measures anything: the figures mean nothing, only that there are some. */
const FLAGS: PeerFlags = {
  nodeCount: 4,
  preset: 'local',
  phases: PHASE_NAMES,
  windowSeconds: 1,
  killCount: 1,
  messageCount: 2,
  lossPerMille: 100,
  seed: 1,
};

function expectSense({ measures }: PeerReport): void {
  expect(measures).toMatchObject({
    'join.missingPairs': 0,
    'broadcast.messages': 2,
    'loss.lossPerMille': 100,
    'detection.kills': 1,
    'detection.missingViews': 0,
  });
  const positive = ['join.allMs', 'steady.cpuMs', 'steady.udpPackets', 'steady.heapKib', 'broadcast.halfMs'];
  for (const key of positive) expect(measures[key], key).toBeGreaterThan(0);
  expect(measures['join.mostMs']).toBeLessThanOrEqual(measures['join.allMs']!);
  expect(measures['steady.udpBytes']).toBeGreaterThan(measures['steady.udpPackets']!);
  expect(measures['detection.firstSuspectMs']).toBeLessThan(measures['detection.firstDeadMs']!);
  expect(measures['detection.firstDeadMs']).toBeLessThanOrEqual(measures['detection.allKnowMs']!);
}

describe('the peer programs', () => {
  it('measure our nodes', () => {
    const report = runPeer('hearsay', '', FLAGS);
    expect(report.peer).toBe('hearsay');
    expectSense(report);
  });

  it('measure memberlist', ({ skip, onTestFinished }) => {
    const reason = obstacle();
    if (reason !== undefined) skip(`skipped: ${reason}`);
    const download = spawnSync('go', ['mod', 'download'], { cwd: memberlistSources, encoding: 'utf8' });
    if (download.status !== 0) skip('the modules of the Go program cannot be downloaded here');
    const folder = mkdtempSync(join(tmpdir(), 'hearsay-peers-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    buildMemberlist(folder);
    const report = runPeer('memberlist', folder, FLAGS);
    expect(report).toMatchObject({ peer: 'memberlist', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expectSense(report);
  });

  it('say what is wrong with a flag', () => {
    expect(() => runPeer('hearsay', '', { ...FLAGS, nodeCount: 2 })).toThrow(/code 2\nhearsay: --n: use 3 to 1000/);
  });
});
