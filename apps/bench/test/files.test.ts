import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { RunError } from '../src/failure.ts';
import { makeFolder, readResults, writeResult } from '../src/files.ts';
import { sampleResult } from './sample-result.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearsay-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('result files', () => {
  it('come back as they were written, in the order of their names', () => {
    const results = [sampleResult({ suite: 'b' }), sampleResult({ suite: 'a', seed: 8 })];
    expect(results.map((result) => writeResult(folder, result))).toEqual([
      join(folder, 'b.json'),
      join(folder, 'a.json'),
    ]);
    writeFileSync(join(folder, 'report.html'), 'not JSON');
    expect(readResults(folder)).toEqual([results[1], results[0]]);
  });

  it('are replaced by the next run', () => {
    writeResult(folder, sampleResult({ seed: 1 }));
    writeResult(folder, sampleResult({ seed: 2 }));
    expect(readResults(folder)).toEqual([sampleResult({ seed: 2 })]);
  });

  it('bring back what JSON has no number for as NaN, so that a failed check can be shown', () => {
    const failed = check('time', 2, Number.POSITIVE_INFINITY, { kind: 'at-most' });
    writeResult(folder, sampleResult({ rows: [{ n: Number.NaN }], checks: [failed] }));
    expect(readResults(folder)).toMatchObject([{ rows: [{ n: Number.NaN }], checks: [{ measured: Number.NaN }] }]);
  });

  it('have the fields of the contract', () => {
    const file = writeResult(folder, sampleResult());
    const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const names = ['suite', 'version', 'seed', 'parameters', 'environment', 'rows', 'checks'];
    expect(Object.keys(written as object)).toEqual(expect.arrayContaining(names));
    const tolerance = { kind: 'absolute', amount: 0.5 };
    expect(written).toHaveProperty('checks.0', { name: 'rounds', expected: 4, measured: 4.1, tolerance, ok: true });
  });
});

describe('a folder', () => {
  it('is made with its parents, and may be there', () => {
    const deep = join(folder, 'a', 'b');
    makeFolder(deep);
    makeFolder(deep);
    expect(readdirSync(deep)).toEqual([]);
  });

  it('cannot be where a file is', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(/cannot make the folder .*file .*: name another with --out/);
    expect(() => writeResult(join(folder, 'file'), sampleResult())).toThrow(/cannot write .*sample\.json/);
    expect(() => readResults(join(folder, 'file'))).toThrow(/cannot read .*file: ENOTDIR/);
  });

  it('without results says what to do', () => {
    const advice = /no results in .*: run hearsay-bench --out .* first/;
    expect(() => readResults(folder)).toThrow(advice);
    expect(() => readResults(join(folder, 'missing'))).toThrow(advice);
  });

  it.each([
    ['{"suite": "x"}', /x\.json is no result of this version of hearsay-bench: move it away or run the suite again/],
    ['[]', /x\.json is no result/],
    ['null', /x\.json is no result/],
    ['{', /cannot read .*x\.json: /],
  ])('with a strange file names it: %s', (text, message) => {
    writeResult(folder, sampleResult());
    writeFileSync(join(folder, 'x.json'), text);
    expect(() => readResults(folder)).toThrow(RunError);
    expect(() => readResults(folder)).toThrow(message);
  });

  it.each(['suite', 'about', 'rows', 'checks', 'plots', 'notes', 'seed', 'environment'])(
    'with a result that lacks %s names the file',
    (field) => {
      const result = Object.fromEntries(Object.entries(sampleResult()).filter(([name]) => name !== field));
      writeFileSync(join(folder, 'x.json'), JSON.stringify(result));
      expect(() => readResults(folder)).toThrow(/x\.json is no result/);
    },
  );
});
