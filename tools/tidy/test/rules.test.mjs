import { describe, expect, it } from 'vitest';
import { hasUnit } from '../src/rules/units.mjs';
import { errorsIn } from './planted-tree.mjs';

const SWIM = 'packages/swim/src/probe.ts';
const SWIM_TEST = 'packages/swim/test/probe.test.ts';
const RUNTIME = 'packages/runtime/src/entropy.ts';
const code = (line) => `export const probe = 1;\n${line}\n`;
const manifest = (name, dependencies) =>
  JSON.stringify({ name: `@hearsay/${name}`, exports: './src/index.ts', ...dependencies });
const lines = (count) => 'void 0;\n'.repeat(count);

/** Each row: the rule, where it must speak, the tree that breaks it, and the clean twin. */
const ROWS = [
  // Clocks, dice, promises and platforms.
  ['clock', SWIM, 2, code('const at = Date.now();'), code('const at = "Date.now()"; // Date.now()')],
  ['clock', SWIM, 2, code('const at = performance.now();'), code('const at = `performance.now()`;')],
  ['clock', SWIM, 2, code('globalThis.setTimeout(f, 1);'), code('env.setTimeout(f, 1);')],
  ['dice', SWIM, 2, code('const at = Math.random();'), code('const at = Math.min();')],
  ['dice', SWIM_TEST, 2, code('const at = Math.random();'), code('const at = rng.random();')],
  ['async', SWIM, 2, code('const f = async () => 1;'), code('const f = () => "async";')],
  ['async', SWIM, 2, code('f().then(g);'), code('f().than(g);')],
  ['async', SWIM, 2, code('type P = Promise<void>;'), code('type P = { Promise: 1 };')],
  ['node-import', SWIM, 2, code("import 'node:net';"), code("import '@hearsay/core';")],
  ['console', RUNTIME, 2, code('console.log(1);'), code('logger.console.log(1);')],
  ['console', SWIM, 2, code('const p = process.pid;'), code('const p = { process: 1 };')],
  ['emitter', SWIM, 2, code('class A extends EventEmitter {}'), code('class A extends Emitter {}')],
  ['locale', SWIM, 2, code("const c = a.localeCompare('b');"), code("const c = a < 'b';")],
  // Constructs.
  ['enum', SWIM, 2, code('enum A { B }'), code("type A = 'enum';")],
  ['enum', SWIM, 2, code('namespace A { }'), code('const namespace = 1;')],
  [
    'parameter-property',
    SWIM,
    2,
    code('class A { constructor(readonly b: 1) {} }'),
    code('class A { constructor(b: 1) {} }'),
  ],
  ['cast', SWIM, 2, code('const b = a as any;'), code('const b = a as B;')],
  ['cast', SWIM, 2, code('const b = a as unknown as B;'), code('const b = a as unknown;')],
  ['cast', SWIM, 2, code('const b = a.c!.d;'), code('const b = !a.c;')],
  ['cast', SWIM, 2, code('const b = f()!;'), code('if (f()) !b;')],
  ['export', SWIM, 2, code("export * from '@hearsay/core';"), code("export { core } from '@hearsay/core';")],
  ['export', SWIM, 2, code('export default probe;'), code('export const byDefault = probe;')],
  ['module-let', SWIM, 2, code('let count = 0;'), code('function f() { let count = 0; }')],
  ['sort', SWIM, 2, code('const s = a.sort();'), code('const s = a.sort(compare);')],
  ['literal', SWIM, 2, code('const wait = 2;'), code('const wait = 1 + 0;')],
  ['literal', SWIM, 2, code('const wait = 0x400;'), code('const wait = "1024";')],
  ['protobuf', RUNTIME, 2, code("import p from 'protobufjs/minimal.js';"), code("import p from 'protobuf';")],
  [
    'unit',
    SWIM,
    2,
    code('interface A { readonly probeTimeout: number }'),
    code('interface A { readonly probeTimeoutMs: number }'),
  ],
  ['unit', SWIM, 2, code('const f = (packetSize?: number) => 1;'), code('const f = (packetBytesMax?: number) => 1;')],
  [
    'protobuf',
    'packages/swim/package.json',
    1,
    manifest('swim', { devDependencies: { 'protobufjs-cli': '*' } }),
    manifest('swim', { devDependencies: { protobuf: '*' } }),
  ],
  // Unfinished work.
  ['unfinished', SWIM, 2, code('// FIXME: all of it'), code('const fixme = "FIXME";')],
  ['unfinished', SWIM, 2, code('/* TODO later */'), code('/* TODO(#12) later */')],
  ['only', SWIM_TEST, 2, code("it.only('a', f);"), code("it('a', f).only;")],
  ['skip', SWIM_TEST, 2, code("it.skip('a', f);"), code("context.skip('no network here');")],
  // Layers.
  ['layer', SWIM, 2, code("import '@hearsay/rumor';"), code("import '@hearsay/core';")],
  [
    'layer',
    SWIM,
    2,
    code("import type { A } from '@hearsay/runtime';"),
    code("import type { A } from '@hearsay/core';"),
  ],
  [
    'layer',
    SWIM,
    2,
    code("export { core } from '../../core/src/index.ts';"),
    code("export { count } from './config.ts';"),
  ],
  ['layer', SWIM, 2, code("import '@hearsay/testkit';"), code("import '@hearsay/core';")],
  [
    'layer',
    'packages/swim/package.json',
    1,
    manifest('swim', { dependencies: { '@hearsay/rumor': '*' } }),
    manifest('swim', { dependencies: { '@hearsay/core': '*' }, devDependencies: { '@hearsay/testkit': '*' } }),
  ],
  // Budgets and names.
  ['function-length', SWIM, 2, code(`function f() {\n${lines(69)}}`), code(`function f() {\n${lines(68)}}`)],
  ['file-length', SWIM, 1, code(lines(399)), code(lines(280))],
  ['file-name', 'packages/swim/utils/a.md', 1, '# A\n', undefined],
  ['file-name', 'docs/string-helpers.md', 1, '# A\n', undefined],
  ['orphan', 'packages/swim/src/nobody.ts', 1, 'void 0;\n', undefined],
  ['orphan', 'packages/swim/test/probe.ts', 1, 'void 0;\n', undefined],
  // Documents.
  ['citation', SWIM, 2, code('// As in [Nobody §1].'), code('// As in [HLC], for [Nobody] and [IPv6].')],
  [
    'deviation',
    SWIM,
    2,
    code('// Deviation: yes.'),
    code('// Deviation: twice and not once, because packets get lost.'),
  ],
  [
    'error-page',
    'packages/core/src/errors.ts',
    1,
    "export type HearsayErrorCode = 'ERR_CONFIG' | 'ERR_NAME' | 'ERR_NEW';\n",
    undefined,
  ],
  ['error-page', 'docs/ERRORS.md', 5, '# Errors\n\n## ERR_CONFIG\n\n## ERR_OLD\n\n## ERR_NAME\n', undefined],
  ['title', 'docs/a.md', 6, '# A\n\n```\n# B\n```\n# C\n', '# A\n\n```\n# B\n```\n'],
  ['title', 'docs/a.md', 1, 'A\n', '# A\n'],
  ['readme', 'packages/swim/README.md', 3, '# swim\n\n```ts\nimport 1;\n```\n', undefined],
  ['readme', 'packages/swim/README.md', 1, '# swim\n', undefined],
  // Traces of a machine. Put together here, because this file is read as well.
  [
    'machine',
    'docs/a.md',
    3,
    `# A\n\nsee /${'home'}/someone/notes\n`,
    '# A\n\nsee https://example.org/home/someone/notes\n',
  ],
  ['machine', 'docs/a.md', 3, `# A\n\nsee https://${'registry'}.example.org/a\n`, '# A\n\nsee the registry.\n'],
  [
    'machine',
    'pnpm-lock.yaml',
    1,
    `resolution: {${'tarball'}: https://example.org/a.tgz}\n`,
    'resolution: {integrity: a}\n',
  ],
  ['machine', 'notes.yaml', 1, `${'registry'}=https://example.org/\n`, 'a: b\n'],
];

describe('every rule', () => {
  it('passes a clean tree', () => expect(errorsIn({})).toEqual([]));

  it.each(ROWS)('%s speaks at %s:%i, and its clean twin passes', (rule, path, line, bad, good) => {
    expect(errorsIn({ [path]: bad })).toContain(`${path}:${line} ${rule}`);
    const clean = errorsIn(good === undefined ? {} : { [path]: good });
    expect(clean.filter((error) => error.startsWith(path) && error.endsWith(rule))).toEqual([]);
  });
});

describe('scopes', () => {
  const isRefused = (path, text) => errorsIn({ [path]: text }).some((error) => error.startsWith(`${path}:2`));

  it.each([
    ['Date.now()', 'packages/runtime/src/entropy.ts'],
    ['Promise.all([])', 'packages/runtime/src/entropy.ts'],
    ['await f()', SWIM_TEST],
    ['console.log(1)', 'packages/swim/bin/a.js'],
    ["import 'node:fs';", SWIM_TEST],
    ['const a = b as any;', SWIM_TEST],
    ['const a = 1_400;', 'packages/swim/src/config.ts'],
    ['const a = 1_400;', 'packages/core/src/errors.ts'],
    ['let a = 1;', 'packages/swim/examples/readme.ts'],
    ["import '@hearsay/testkit';", SWIM_TEST],
  ])('%s is allowed in %s', (text, path) => expect(isRefused(path, code(text))).toBe(false));

  it.each([
    ['Math.random()', 'apps/node/src/a.ts'],
    ['let a = 1;', 'apps/node/src/a.ts'],
    ['const a = b as any;', 'apps/node/src/a.ts'],
    ['Date.now()', 'packages/simulator/src/a.ts'],
    ["import '@hearsay/rumor';", SWIM_TEST],
  ])('%s is refused in %s', (text, path) => expect(isRefused(path, code(text))).toBe(true));

  it('asks for a layer of every package', () => {
    expect(errorsIn({ 'packages/new/package.json': '{"name":"@hearsay/new","private":true}' })).toEqual([
      'packages/new/package.json:1 layer',
    ]);
  });

  it('asks every published package for a README and an example', () => {
    const changes = { 'packages/swim/README.md': undefined, 'packages/swim/examples/readme.ts': undefined };
    expect(errorsIn(changes)).toEqual([
      'packages/swim/README.md:1 readme',
      'packages/swim/examples/readme.ts:1 readme',
    ]);
  });

  it('takes tests, examples and programs as used', () => {
    const used = ['test/a.test.ts', 'examples/a.ts', 'vite.config.ts'].map((path) => [
      `packages/swim/${path}`,
      'void 0;\n',
    ]);
    expect(errorsIn({ ...Object.fromEntries(used), 'packages/swim/scripts/a.mjs': '#!/usr/bin/env node\n' })).toEqual(
      [],
    );
  });

  it('reads nothing that git ignores', () => {
    expect(errorsIn({ 'packages/swim/dist/a.js': 'let a = 1;\n', 'packages/swim/a.tsbuildinfo': 'x' })).toEqual([]);
  });
});

describe('units', () => {
  it.each([
    'probeTimeoutMs',
    'suspicionTimeoutMsMin',
    'packetBytesMax',
    'indirectProbeCount',
    'lossPerMille',
    'gossipFanout',
    'size',
  ])('%s says its unit', (name) => expect(hasUnit(name)).toBe(true));
  it.each(['probeTimeout', 'packetSize', 'delay', 'memberLimit', '#interval', 'timeoutMax', 'queueLength'])(
    '%s does not',
    (name) => expect(hasUnit(name)).toBe(false),
  );
});
