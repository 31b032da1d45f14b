import { describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { cellFormat, isNumeric, numberText } from '../src/number-format.ts';
import { checkRows, formatTable } from '../src/table.ts';

describe('formatTable', () => {
  it('puts numbers to the right and words to the left, under their heads', () => {
    const rows = [
      { packet: 'ping', bytes: 34, µs: 0.3631 },
      { packet: 'full packet', bytes: 1_305, µs: 13.874 },
    ];
    expect(formatTable(rows)).toBe(
      [
        'packet       bytes     µs',
        '───────────  ─────  ─────',
        'ping            34   0.36',
        'full packet  1,305  13.87',
      ].join('\n'),
    );
  });

  it('has the columns of all rows, and gaps where a row has none', () => {
    expect(formatTable([{ a: 1 }, { b: 'x' }])).toBe('a  b\n─  ─\n1\n   x');
  });

  it('has the columns that are asked for, in that order', () => {
    expect(formatTable([{ a: 1, b: 2, c: 3 }], ['c', 'a'])).toBe('c  a\n─  ─\n3  1');
  });

  it('has heads without rows', () => {
    expect(formatTable([], ['a', 'bc'])).toBe('a  bc\n─  ──');
  });
});

describe('cellFormat', () => {
  it.each([
    [[1, 20, 300], '1 20 300'],
    [[0.5, 17.92, 6.5829], '0.50 17.92 6.58'],
    [[0.035, 0.1074], '0.0350 0.1074'],
    [[1_234.5, 7.25], '1,235 7'],
    [[0.000_001_23], '0.000001'],
    [[-12.345, 1.2], '-12.35 1.20'],
    [[Number.NaN, 1.5], 'NaN 1.500'],
    [[Number.POSITIVE_INFINITY, 2], 'Infinity 2'],
  ])('gives all of %j as many decimals as the largest needs', (values, texts) => {
    const rows = values.map((x) => ({ x }));
    const format = cellFormat(rows, 'x');
    expect(values.map(format).join(' ')).toBe(texts);
  });

  it('leaves words as they are and gaps empty', () => {
    expect(['x', undefined].map(cellFormat([{ a: 'x' }], 'a'))).toEqual(['x', '']);
  });
});

describe('isNumeric', () => {
  it.each([
    [[1, 2.5], true],
    [['1,234', '0.5', '-3'], true],
    [['NaN', '-Infinity', '1e-7'], true],
    [[undefined, 1], true],
    [['± 3'], false],
    [[1, 'ping'], false],
    [[''], false],
  ])('of %j is %s', (values, expected) => {
    const rows = values.map((x) => (x === undefined ? {} : { x }) as { x: number });
    expect(isNumeric(rows, 'x')).toBe(expected);
  });
});

describe('checkRows', () => {
  it('shows what was expected, how exactly, what was measured, and whether that is fine', () => {
    const checks = [
      check('rounds', 6.0273, 6.115, { kind: 'absolute', amount: 0.3555 }),
      check('bytes', 1_400, 1_405, { kind: 'at-most' }),
    ];
    expect(formatTable(checkRows(checks))).toBe(
      [
        '   check   tolerance  expected  measured',
        '─  ──────  ─────────  ────────  ────────',
        '✓  rounds  ± 0.36        6.027     6.115',
        '✗  bytes   at most       1,400     1,405',
      ].join('\n'),
    );
  });
});

describe('numberText', () => {
  it.each([
    [12_345.6, '12,350'],
    [1_234_567, '1,235,000'],
    [-1_000, '-1,000'],
    [999, '999'],
    [0.000_000_123_4, '1.234e-7'],
    [0.123_456, '0.1235'],
    [0, '0'],
    [Number.NaN, 'NaN'],
  ])('of %d is %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
