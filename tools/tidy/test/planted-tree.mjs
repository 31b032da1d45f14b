/** A small repository that breaks no rule, in a temporary folder, for rules to be broken in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tidy, writeGenerated } from '../src/tidy.mjs';

/** @param {string} name @param {object} [more] */
const manifest = (name, more = {}) =>
  JSON.stringify({ name: `@hearsay/${name}`, exports: { '.': { '@hearsay/source': './src/index.ts' } }, ...more });

/** @param {string} name @param {string} index @returns {Record<string, string>} */
const library = (name, index) => ({
  [`packages/${name}/package.json`]: manifest(name),
  [`packages/${name}/README.md`]: `# ${name}\n\n\`\`\`ts\nimport '@hearsay/${name}';\n\`\`\`\n`,
  [`packages/${name}/examples/readme.ts`]: `import '@hearsay/${name}';\n`,
  [`packages/${name}/src/index.ts`]: index,
});

const CLEAN = {
  '.gitignore': 'node_modules/\ndist/\n*.tsbuildinfo\n',
  'package.json': '{"name":"planted"}',
  ...library('core', "export type { HearsayErrorCode } from './errors.ts';\n"),
  'packages/core/src/errors.ts': "export type HearsayErrorCode = 'ERR_CONFIG' | 'ERR_NAME';\n",
  ...library('rumor', 'export const rumor = 1;\n'),
  ...library('swim', "export { probe } from './probe.ts';\nexport { count } from './config.ts';\n"),
  'packages/swim/src/probe.ts': "import '@hearsay/core';\n\n/** Probes. [SWIM §4.1] */\nexport const probe = 1;\n",
  'packages/swim/src/config.ts': 'export const count = 3;\n',
  ...library('runtime', "export { seed } from './entropy.ts';\n"),
  'packages/runtime/src/entropy.ts': 'export const seed = (): number => Math.random();\n',
  'packages/testkit/package.json': manifest('testkit', { private: true }),
  'packages/testkit/src/index.ts': 'export const kit = 1;\n',
  'docs/papers.md': '# Papers\n\n## SWIM\n\nA paper.\n\n## HLC\n\nAnother.\n',
  'docs/ERRORS.md': '# Errors\n\n## `ERR_CONFIG`\n\nOne.\n\n## ERR_NAME\n\nTwo.\n',
};

/**
 * Runs `use` in a tree that has the clean files, with `changes` on top; `undefined` removes a file. The generated
 * pages are up to date unless `changes` has them.
 * @template R
 * @param {Record<string, string | undefined>} changes @param {(root: string) => R} use @returns {R}
 */
export function inPlantedTree(changes, use) {
  const root = mkdtempSync(join(tmpdir(), 'hearsay-tidy-'));
  const write = (/** @type {Record<string, string | undefined>} */ files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (text === undefined) rmSync(join(root, path), { force: true });
      else writeFileSync(join(root, path), text);
    }
  };
  try {
    write({ ...CLEAN, ...changes });
    writeGenerated(root);
    write(changes);
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The errors of the planted tree, as `path:line rule`. @param {Record<string, string | undefined>} changes */
export function errorsIn(changes) {
  return inPlantedTree(changes, (root) => tidy(root).errors.map(({ path, line, rule }) => `${path}:${line} ${rule}`));
}
