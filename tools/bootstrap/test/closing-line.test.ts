import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startVitest } from 'vitest/node';
import { ClosingLine } from '../src/closing-line.ts';

describe('the closing line', () => {
  const roots: string[] = [];
  afterEach(() => {
    process.exitCode = 0;
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });

  async function linesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
    const root = mkdtempSync(join(tmpdir(), 'hearsay-closing-'));
    roots.push(root);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    const lines: string[] = [];
    const reporters = [new ClosingLine((line) => lines.push(line))];
    const vitest = await startVitest('test', [], { root, config: false, watch: false, globals: true, reporters });
    await vitest.close();
    return lines;
  }

  it('counts what passed and what failed', async () => {
    const text = "it('a', () => {}); it('b', () => { throw new Error('b'); }); it.skip('c', () => {});";
    expect(await linesOf({ 'a.test.js': text, 'b.test.js': "it('d', () => {});" })).toEqual(['2 passed, 1 failed']);
  });

  it('counts an error outside of every test as a failure', async () => {
    const text =
      "it('a', async () => { setTimeout(() => { throw new Error('late'); }); await new Promise((end) => setTimeout(end, 50)); });";
    expect(await linesOf({ 'a.test.js': text })).toEqual(['1 passed, 1 failed']);
  });

  it('counts a file that does not load as a failure', async () => {
    expect(await linesOf({ 'a.test.js': "throw new Error('a');" })).toEqual(['0 passed, 1 failed']);
  });
});
