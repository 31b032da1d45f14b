#!/usr/bin/env node
/**
 * Appends the golden vectors that are missing to test/vectors/v1. Run by hand, after a build: `node scripts/vectors.mjs`.
 * It never touches a vector that is there: those are what nodes in the field send.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Codec } from '../dist/index.js';
import { annotated } from './annotate.mjs';
import { CASES } from './vector-cases.mjs';

function revived(_key, value) {
  if (value?.$bytes !== undefined) return Uint8Array.from(Buffer.from(value.$bytes, 'hex'));
  if (value?.$map !== undefined) return new Map(value.$map);
  return value;
}

for (const [name, cases] of Object.entries(CASES)) {
  const file = new URL(`../test/vectors/v1/${name}.json`, import.meta.url);
  const vectors = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const known = new Set(vectors.map((vector) => vector.name));
  const missing = cases.filter((entry) => !known.has(entry.name));
  for (const entry of missing) {
    const codec = new Codec(entry.label === undefined ? {} : { label: entry.label });
    const bytes = codec.encode(JSON.parse(JSON.stringify(entry.packet), revived));
    vectors.push({ ...entry, hex: annotated(bytes) });
  }
  writeFileSync(file, `${JSON.stringify(vectors, undefined, 2)}\n`);
  process.stdout.write(`${name}: ${missing.length} appended, ${known.size} kept\n`);
}
