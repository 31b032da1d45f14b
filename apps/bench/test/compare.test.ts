import { describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { compareFolders } from '../src/compare.ts';
import { sampleResult } from './sample-result.ts';

const atMost = { kind: 'at-most' } as const;

describe('compareFolders', () => {
  it('shows how both were run, and every check side by side', () => {
    const a = sampleResult({ checks: [check('bytes', 100, 80, atMost), check('gone', 1, 1, atMost)] });
    const b = sampleResult({
      seed: 8,
      isQuick: false,
      checks: [check('new', 1, 0, atMost), check('bytes', 100, 120, atMost)],
    });
    const [head = '', rule = '', run = '', , ...checks] = compareFolders([a], [b]).split('\n');
    expect(head).toMatch(/^suite {3}A +B$/);
    expect(rule).toMatch(/^─+ {2}─+ {2}─+$/);
    expect(run).toBe(
      'sample  version 1.2.3 · seed 7 · quick run, 1.3 s · Node v20.19.0 · 2 × Processor  ' +
        'version 1.2.3 · seed 8 · full run, 1.3 s · Node v20.19.0 · 2 × Processor',
    );
    expect(checks).toEqual([
      'suite   check   A    B  B / A  passed',
      '──────  ─────  ──  ───  ─────  ──────',
      'sample  bytes  80  120    1.5  ✓ ✗',
      'sample  gone    1              ✓ ·',
      'sample  new          0         · ✓',
    ]);
  });

  it('has no ratio to zero', () => {
    const zero = sampleResult({ checks: [check('left out', 6, 0, atMost)] });
    expect(compareFolders([zero], [zero])).toMatch(/^sample {2}left out {2}0 {2}0 {9}✓ ✓$/m);
  });

  it('shows suites that only one folder has', () => {
    const table = compareFolders([sampleResult({ suite: 'old' })], [sampleResult({ suite: 'young' })]);
    expect(table).toMatch(/^old +version .* {2}not run$/m);
    expect(table).toMatch(/^young +not run +version /m);
    expect(table).toMatch(/^old +bytes +59 +✓ ·$/m);
    expect(table).toMatch(/^young +bytes +59 +· ✓$/m);
  });
});
