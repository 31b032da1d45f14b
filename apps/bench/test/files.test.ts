import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { RunError } from '../src/failure.ts';
import { makeFolder, readResults, writeResult } from '../src/files.ts';
import { sampleResult } from './sample-result.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

describe('result files', () => {
  it('come back as they were written, in the order of their names', () => {
    const results = [sampleResult({ suite: 'b' }), sampleResult({ suite: 'a', seed: 8 })];
    expect(results.map((result) => writeResult(folder.path, result))).toEqual([
      join(folder.path, 'b.json'),
      join(folder.path, 'a.json'),
    ]);
    writeFileSync(join(folder.path, 'report.html'), 'not JSON');
    expect(readResults(folder.path)).toEqual([results[1], results[0]]);
  });

  it('are replaced by the next run', () => {
    writeResult(folder.path, sampleResult({ seed: 1 }));
    writeResult(folder.path, sampleResult({ seed: 2 }));
    expect(readResults(folder.path)).toEqual([sampleResult({ seed: 2 })]);
  });

  it('bring back what JSON has no number for as NaN, so that a failed check can be shown', () => {
    const failed = check('time', 2, Number.POSITIVE_INFINITY, { kind: 'at-most' });
    writeResult(folder.path, sampleResult({ rows: [{ n: Number.NaN }], checks: [failed] }));
    expect(readResults(folder.path)).toMatchObject([{ rows: [{ n: Number.NaN }], checks: [{ measured: Number.NaN }] }]);
  });

  it('have the fields of the contract', () => {
    const file = writeResult(folder.path, sampleResult());
    const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const names = ['suite', 'version', 'seed', 'parameters', 'environment', 'rows', 'checks'];
    expect(Object.keys(written as object)).toEqual(expect.arrayContaining(names));
    const tolerance = { kind: 'absolute', amount: 0.5 };
    expect(written).toHaveProperty('checks.0', { name: 'rounds', expected: 4, measured: 4.1, tolerance, ok: true });
  });
});

describe('a folder', () => {
  it('is made with its parents, and may be there', () => {
    const deep = join(folder.path, 'a', 'b');
    makeFolder(deep);
    makeFolder(deep);
    expect(readdirSync(deep)).toEqual([]);
  });

  it('cannot be where a file is', () => {
    writeFileSync(join(folder.path, 'file'), '');
    expect(() => makeFolder(join(folder.path, 'file'))).toThrow(
      /cannot make the folder .*file .*: name another with --out/,
    );
    expect(() => writeResult(join(folder.path, 'file'), sampleResult())).toThrow(/cannot write .*sample\.json/);
    expect(() => readResults(join(folder.path, 'file'))).toThrow(/cannot read .*file: ENOTDIR/);
  });

  it('without results says what to do', () => {
    const advice = /no results in .*: run hearsay-bench --out .* first/;
    expect(() => readResults(folder.path)).toThrow(advice);
    expect(() => readResults(join(folder.path, 'missing'))).toThrow(advice);
  });

  it.each([
    ['{"suite": "x"}', /x\.json is no result of this version of hearsay-bench: move it away or run the suite again/],
    ['[]', /x\.json is no result/],
    ['null', /x\.json is no result/],
    ['{', /cannot read .*x\.json: /],
  ])('with a strange file names it: %s', (text, message) => {
    writeResult(folder.path, sampleResult());
    writeFileSync(join(folder.path, 'x.json'), text);
    expect(() => readResults(folder.path)).toThrow(RunError);
    expect(() => readResults(folder.path)).toThrow(message);
  });

  it.each(['suite', 'about', 'rows', 'checks', 'plots', 'notes', 'seed', 'environment'])(
    'with a result that lacks %s names the file',
    (field) => {
      const result = Object.fromEntries(Object.entries(sampleResult()).filter(([name]) => name !== field));
      writeFileSync(join(folder.path, 'x.json'), JSON.stringify(result));
      expect(() => readResults(folder.path)).toThrow(/x\.json is no result/);
    },
  );
});
