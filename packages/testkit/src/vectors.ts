/**
 * Golden vectors: JSON files that pin an encoding byte for byte. A file is an array; entries are appended, and never
 * edited afterwards. Bytes are written as annotated hex, so that a reader sees what each of them is for.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Lines of hex digits and spaces; what follows a `#` explains them. */
export type AnnotatedHex = readonly string[];

/** One entry of a vector file. A suite adds its own fields. */
export interface Vector {
  /** Unique in its file. */
  readonly name: string;
  readonly hex: AnnotatedHex;
}

/** Reads one file. Throws when it is not an array of entries with distinct names: a vector must not hide another. */
export function loadVectors<V extends Vector>(file: URL): readonly V[] {
  const vectors: readonly V[] = JSON.parse(readFileSync(file, 'utf8'), revived);
  if (new Set(vectors.map(({ name }) => name)).size < vectors.length) throw new Error(`a name twice in ${file.href}`);
  return vectors;
}

/** The vector files of a folder, in the order of their names. The folder's URL ends in a slash. */
export function vectorFiles(folder: URL): readonly URL[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort((a, b) => (a < b ? -1 : 1)).map((name) => new URL(name, folder));
}

/** The bytes of annotated hex. Throws when a line is not hex. */
export function hexBytes(lines: AnnotatedHex): Uint8Array {
  const digits = lines.map((line) => line.replace(/#.*$/u, '').replace(/\s+/gu, '')).join('');
  if (!/^(?:[0-9a-f]{2})*$/u.test(digits)) throw new Error(`not hex: ${digits}`);
  return Uint8Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** JSON has neither bytes nor maps: `{"$bytes": "00ff"}` and `{"$map": [["k", "v"]]}` stand for them. */
function revived(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value && typeof value.$bytes === 'string') return hexBytes([value.$bytes]);
  if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map);
  return value;
}
