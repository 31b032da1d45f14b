/** What a peer program prints for each phase, as it should be. */
import { PHASE_NAMES } from '../src/suites/peer-report.ts';

export type Line = Record<string, unknown>;

const perNodeSecond = { cpuMs: 0.5, udpPackets: 2, udpBytes: 80, tcpMessages: 0.25, tcpBytes: 10 };
const falseAlarms = { suspicions: 1, falseDeadViews: 0 };

const FIELDS: Readonly<Record<string, Line>> = {
  join: { mostMs: 400, allMs: null, missingPairs: 1 },
  steady: { seconds: 15, perNodeSecond, ...falseAlarms, heapKib: 100, rssKib: 300 },
  broadcast: { seconds: 14, perNodeSecond, messages: 8, halfMs: 300, mostMs: 500, allMs: 600, missed: 0 },
  loss: { lossPerMille: 200, seconds: 15, perNodeSecond, ...falseAlarms },
  detection: {
    kills: 3,
    firstSuspectMs: 2_000,
    firstDeadMs: 8_000,
    allKnowMs: 8_500,
    missingViews: 0,
    falseDeadViews: 0,
  },
};

export function peerLine(phase: string, changes: Line = {}): Line {
  const heading = { peer: 'memberlist', version: '0.7.0', phase, nodes: 20, preset: 'lan', seed: 1 };
  return { ...heading, ...FIELDS[phase], ...changes };
}

export function peerLines(): Line[] {
  return PHASE_NAMES.map((phase) => peerLine(phase));
}

export function textOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
