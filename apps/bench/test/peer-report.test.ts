import { describe, expect, it } from 'vitest';
import { parseReport } from '../src/suites/peer-report.ts';
import { type Line, peerLine, peerLines, textOf } from './peer-lines.ts';

describe('parseReport', () => {
  it('gives every number by phase and name, and leaves out what did not happen in time', () => {
    const { peer, version, measures } = parseReport(textOf(peerLines()));
    expect({ peer, version }).toEqual({ peer: 'memberlist', version: '0.7.0' });
    expect(measures).toMatchObject({
      'join.mostMs': 400,
      'join.missingPairs': 1,
      'steady.cpuMs': 0.5,
      'steady.tcpBytes': 10,
      'loss.suspicions': 1,
      'detection.allKnowMs': 8_500,
    });
    expect(measures).not.toHaveProperty('join.allMs');
    expect(Object.keys(measures)).toHaveLength(2 + 10 + 11 + 9 + 6);
  });

  it('takes the phases that were asked for', () => {
    expect(parseReport(textOf([peerLine('loss')]), ['loss']).measures).toHaveProperty('loss.lossPerMille', 200);
  });

  it.each<[string, (lines: Line[]) => void, RegExp]>([
    ['nothing', (lines) => lines.splice(0), /lines of no phase, not of join,steady,/],
    ['a phase too few', (lines) => lines.pop(), /lines of join,steady,broadcast,loss, not of/],
    ['phases in another order', (lines) => lines.reverse(), /lines of detection,loss,/],
    ['another peer', (lines) => lines.splice(0, 1, peerLine('join', { peer: 'serf' })), /peer is "serf"/],
    ['two peers', (lines) => lines.splice(0, 1, peerLine('join', { peer: 'hearsay' })), /or of several/],
    ['two versions', (lines) => lines.splice(0, 1, peerLine('join', { version: '0.6.0' })), /or of several/],
    ['an unknown phase', (lines) => lines.splice(0, 1, peerLine('leave')), /phase is "leave"/],
    ['no version', (lines) => lines.splice(0, 1, peerLine('join', { version: 7 })), /no version or preset/],
    ['no seed', (lines) => lines.splice(0, 1, peerLine('join', { seed: null })), /join: seed is null/],
    ['a field too many', (lines) => lines.splice(0, 1, peerLine('join', { p99Ms: 1 })), /join: p99Ms is not expected/],
    [
      'null for a count',
      (lines) => lines.splice(0, 1, peerLine('join', { missingPairs: null })),
      /missingPairs is null/,
    ],
    ['text for a time', (lines) => lines.splice(0, 1, peerLine('join', { mostMs: '1' })), /join: mostMs is "1"/],
    ['a time that is missing', (lines) => delete lines[0]?.allMs, /join: allMs is undefined/],
    ['no rates', (lines) => delete lines[1]?.perNodeSecond, /steady is undefined/],
    [
      'rates where there are none',
      (lines) => lines.splice(0, 1, peerLine('join', { perNodeSecond: {} })),
      /perNodeSecond/,
    ],
    [
      'a rate too few',
      (lines) => lines.splice(1, 1, peerLine('steady', { perNodeSecond: { cpuMs: 1 } })),
      /udpPackets/,
    ],
  ])('refuses %s', (_what, change, message) => {
    const lines = peerLines();
    change(lines);
    expect(() => parseReport(textOf(lines))).toThrow(message);
  });

  it('refuses what is no JSON, and JSON that is no object', () => {
    expect(() => parseReport('done\n')).toThrow(SyntaxError);
    expect(() => parseReport('7\n')).toThrow('a line is 7');
  });
});
