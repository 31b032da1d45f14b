/** A result of no suite, with everything in it that a result can have. */
import { check } from '../src/check.ts';
import type { SuiteResult } from '../src/result.ts';

export function sampleResult(changes: Partial<SuiteResult> = {}): SuiteResult {
  return {
    suite: 'sample',
    title: 'A sample',
    about: 'What it shows.',
    version: '1.2.3',
    seed: 7,
    isQuick: true,
    environment: {
      node: 'v20.19.0',
      platform: 'linux 6.1',
      cpu: 'Processor',
      cpuCount: 2,
      memoryGib: 3.9,
      date: '2025-05-05T05:05:05.000Z',
    },
    tookSeconds: 1.25,
    parameters: { sizes: [10, 1_000], name: 'x' },
    rows: [
      { kind: 'a', n: 10, rounds: 2, '± error': 0.25, theory: 1 },
      { kind: 'a', n: 100, rounds: 3, '± error': 0.25, theory: 2 },
      { kind: 'a', n: 1_000, rounds: 4, '± error': 0.25, theory: 3 },
      { kind: 'b', n: 10, rounds: 5, '± error': 0.25, theory: 4 },
    ],
    checks: [
      check('rounds', 4, 4.1, { kind: 'absolute', amount: 0.5 }),
      check('bytes', 83, 59, { kind: 'at-most' }),
      check('share', 0, 0, { kind: 'relative', amount: 0 }),
    ],
    plots: [
      {
        kind: 'line',
        title: 'Rounds',
        x: 'n',
        xLabel: 'nodes',
        xScale: 'log',
        yLabel: 'rounds until all know',
        measured: 'rounds',
        error: '± error',
        lines: [{ column: 'theory', label: 'the theory', style: 'dashed' }],
        groupBy: 'kind',
      },
      {
        kind: 'bar',
        title: 'Bars',
        name: 'kind',
        bars: [
          { column: 'rounds', label: 'measured rounds' },
          { column: 'theory', label: 'theory rounds' },
        ],
        unit: 'rounds',
      },
    ],
    notes: ['Read with care.'],
    ...changes,
  };
}
