import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tidy, writeGenerated } from '../src/tidy.mjs';
import { errorsIn, inPlantedTree } from './planted-tree.mjs';

const SWIM = 'packages/swim/src/probe.ts';
const RATCHET = 'tools/tidy/ratchet.json';
const longFunction = (lineCount) => `export function probe() {\n${'void 0;\n'.repeat(lineCount - 2)}}\n`;

describe('allowances', () => {
  it('let one rule pass on one line, and are listed', () => {
    const text = 'export const probe = 1;\nconst two = 2; // tidy-allow literal: two halves make a whole\n';
    inPlantedTree({ [SWIM]: text }, (root) => {
      const { errors, allowances } = tidy(root);
      expect(errors).toEqual([]);
      expect(allowances).toEqual([{ path: SWIM, line: 2, rule: 'literal', reason: 'two halves make a whole' }]);
    });
  });

  it.each([
    ['without a reason', 'const two = 2; // tidy-allow literal:', ['allow', 'literal']],
    ['for another rule', 'const two = 2; // tidy-allow clock: two halves make a whole', ['allow', 'literal']],
    ['for no rule', 'const two = 2; // tidy-allow nonsense: two halves make a whole', ['allow', 'literal']],
    ['for nothing', 'const one = 1; // tidy-allow literal: two halves make a whole', ['allow']],
    ['in a string', "const two = ['tidy-allow literal: two halves make a whole', 2];", ['literal']],
  ])('%s allow nothing', (_, line, rules) => {
    const found = errorsIn({ [SWIM]: `export const probe = 1;\n${line}\n` });
    expect(found.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(rules.map((rule) => `${SWIM}:2 ${rule}`));
  });
});

describe('the ratchet', () => {
  it('lets a long function stay as long as it is', () => {
    const ratchet = (lineCount) => JSON.stringify({ [`${SWIM}#probe`]: lineCount }, null, 2).concat('\n');
    expect(errorsIn({ [SWIM]: longFunction(80), [RATCHET]: ratchet(80) })).toEqual([]);
    expect(errorsIn({ [SWIM]: longFunction(81), [RATCHET]: ratchet(80) })).toContain(`${SWIM}:1 function-length`);
    expect(errorsIn({ [SWIM]: longFunction(79), [RATCHET]: ratchet(80) })).toContain(`${RATCHET}:1 ratchet`);
    expect(errorsIn({ [SWIM]: longFunction(70), [RATCHET]: ratchet(80) })).toContain(`${RATCHET}:1 ratchet`);
  });

  it('is lowered by --write and never raised', () => {
    const written = (lineCount) =>
      inPlantedTree({ [SWIM]: longFunction(lineCount), [RATCHET]: `{"${SWIM}#probe":80}` }, (root) => {
        writeGenerated(root);
        return JSON.parse(readFileSync(join(root, RATCHET), 'utf8'));
      });
    expect(written(75)).toEqual({ [`${SWIM}#probe`]: 75 });
    expect(written(85)).toEqual({ [`${SWIM}#probe`]: 80 });
    expect(written(60)).toEqual({});
  });
});

describe('generated pages', () => {
  const text = [
    '/**',
    ' * Probing. [SWIM §4.1]',
    ' *',
    ' * Deviation: the verdict comes at the end of the period, so that',
    ' * a slow helper still counts.',
    ' */',
    "import '@hearsay/core';",
    '',
    'export interface Probe {',
    '  /** Who. [SWIM §10] [HLC] */',
    '  readonly target: string;',
    '}',
    '',
    '// Picks a helper.',
    '// [SWIM §4.1, k] Deviation: never the target itself, which would answer for itself.',
    'export function probe(): void {}',
    '',
  ].join('\n');
  const page = (name) => inPlantedTree({ [SWIM]: text }, (root) => readFileSync(join(root, 'docs', name), 'utf8'));

  it('say which declaration follows which section', () => {
    expect(page('CITATIONS.md').split('\n').slice(6)).toEqual([
      '## SWIM',
      '',
      `- §4.1: \`${SWIM}\``,
      `- §4.1, k: \`${SWIM}\` probe`,
      `- §10: \`${SWIM}\` Probe.target`,
      '',
      '## HLC',
      '',
      `- the whole: \`${SWIM}\` Probe.target`,
      '',
    ]);
  });

  it('collect the deviations', () => {
    const items = page('DEVIATIONS.md')
      .split('\n')
      .filter((line) => line.startsWith('- '));
    expect(items).toEqual([
      `- the verdict comes at the end of the period, so that a slow helper still counts. (\`${SWIM}\`)`,
      `- never the target itself, which would answer for itself. (\`${SWIM}\` probe)`,
    ]);
  });

  it.each(['docs/CITATIONS.md', 'docs/DEVIATIONS.md'])('must be up to date: %s', (path) => {
    const found = errorsIn({ [path]: '# Stale\n' });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${path}:1 `));
  });

  it('do not change when a line is added above', () => {
    const change = {
      [SWIM]: "import '@hearsay/core';\n\nconst one = 1;\n/** Probes. [SWIM §4.1] */\nexport const probe = one;\n",
    };
    const stale = inPlantedTree({}, (root) => readFileSync(join(root, 'docs/CITATIONS.md'), 'utf8'));
    expect(inPlantedTree(change, (root) => readFileSync(join(root, 'docs/CITATIONS.md'), 'utf8'))).toBe(stale);
  });
});

describe('the program', () => {
  const program = fileURLToPath(new URL('../bin/tidy.mjs', import.meta.url));
  const run = (changes, ...args) =>
    inPlantedTree(changes, (root) => {
      const { status, stdout } = spawnSync(process.execPath, [program, ...args, root], { encoding: 'utf8' });
      return { status, lines: stdout.trimEnd().split('\n') };
    });

  it('refuses a clock in swim and an import of rumor from swim', () => {
    const text = "import '@hearsay/rumor';\nexport const probe = Date.now();\n";
    const { status, lines } = run({ [SWIM]: text });
    expect(status).toBe(1);
    expect(lines.filter((line) => line.startsWith(SWIM))).toEqual([
      `${SWIM}:1 layer packages/swim (layer 2) may not use packages/rumor (layer 2): only lower layers`,
      `${SWIM}:2 clock Date: time is the argument nowMs, a delay is out.schedule`,
    ]);
    expect(lines.at(-1)).toMatch(/^tidy: \d+ files, 2 errors, 0 warnings, 0 allowed$/);
  });

  it('passes the clean twin and prints the import graph', () => {
    const { status, lines } = run({});
    expect({ status, graph: lines.filter((line) => line.includes('->')) }).toEqual({
      status: 0,
      graph: [
        '  0 core           -> nothing',
        '  2 swim           -> core',
        '  2 rumor          -> nothing',
        '  4 runtime        -> nothing',
      ],
    });
  });

  it('brings generated pages up to date with --write', () => {
    const { status, lines } = run({ 'docs/CITATIONS.md': 'stale\n' }, '--write');
    expect(status).toBe(0);
    expect(lines).toContain('wrote docs/CITATIONS.md');
  });
});
