#!/usr/bin/env node
/** `pnpm tidy [--write] [ROOT]`: the repository reads itself. Exit 1 when a rule is broken. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tidy, writeGenerated } from '../src/tidy.mjs';

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true });
const root = resolve(positionals[0] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..'));

if (values.write) for (const path of writeGenerated(root)) console.log(`wrote ${path}`);

const { errors, warnings, allowances, graph, fileCount } = tidy(root);
const line = (/** @type {{ path: string, line: number, rule: string }} */ at, /** @type {string} */ text) =>
  console.log(`${at.path}:${at.line} ${at.rule} ${text}`);

console.log('imports, by layer:');
for (const edge of graph) console.log(edge);
for (const each of allowances) line(each, `allowed: ${each.reason}`);
for (const each of warnings) line(each, `warning: ${each.message}`);
for (const each of errors) line(each, each.message);
console.log(
  `tidy: ${fileCount} files, ${errors.length} errors, ${warnings.length} warnings, ${allowances.length} allowed`,
);
process.exitCode = errors.length > 0 ? 1 : 0;
