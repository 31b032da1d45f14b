import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { hexBytes, loadVectors, vectorFiles } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hearsay-vectors-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, vectors: unknown): URL {
  writeFileSync(join(folder, name), JSON.stringify(vectors));
  return pathToFileURL(join(folder, name));
}

describe('annotated hex', () => {
  it('is the digits before the annotations', () => {
    expect(hexBytes(['01 00 # version 1', '  0a02ff', '# nothing'])).toEqual(Uint8Array.of(1, 0, 10, 2, 255));
    expect(hexBytes([])).toEqual(new Uint8Array(0));
  });

  it.each(['0', 'xx', '0A'])('is refused when it is not pairs of lower-case digits: %s', (line) => {
    expect(() => hexBytes([line])).toThrow('not hex');
  });
});

describe('a vector file', () => {
  it('may hold bytes and maps', () => {
    const file = written('good.json', [{ name: 'a', hex: ['00'], v: { $bytes: '00ff' }, m: { $map: [['k', 'v']] } }]);
    expect(loadVectors(file)).toEqual([{ name: 'a', hex: ['00'], v: Uint8Array.of(0, 255), m: new Map([['k', 'v']]) }]);
  });

  it('is refused when one entry hides another', () => {
    const file = written('twice.json', [
      { name: 'a', hex: [] },
      { name: 'a', hex: [] },
    ]);
    expect(() => loadVectors(file)).toThrow('a name twice');
  });

  it('is found in its folder, in the order of the names', () => {
    writeFileSync(join(folder, 'notes.txt'), '');
    const names = vectorFiles(pathToFileURL(`${folder}/`)).map((file) => file.pathname.split('/').at(-1));
    expect(names).toEqual(['good.json', 'twice.json']);
  });
});
