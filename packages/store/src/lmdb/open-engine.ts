/**
 * Opens the store of a data directory, whatever state the last process left it in. A file that is damaged is set aside,
 * not deleted, and a new one is begun: the peers have what it held.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { lookAt } from './data-file.ts';
import { type Durability, type EngineFaults, LmdbEngine } from './lmdb-engine.ts';

/** Directory of the store inside the data directory. */
export const STORE_DIRECTORY = 'store';
/** Where a damaged one is moved; an older one is replaced. */
export const STORE_DIRECTORY_DAMAGED = 'store.damaged';
const DATA_FILE = 'data.mdb';
/** There while a store is being opened. If it is there before, the last process died in the middle. */
const OPENING_FILE = 'store.opening';

/** How to open, and who is told. */
export interface OpenOptions extends EngineFaults {
  readonly durability: Durability;
  /** The file was found damaged. The node starts without what is lost, and its peers bring it again. */
  onWarning(message: string): void;
}

/**
 * Opens, or begins, the store in `dataDir`, which is created if needed. One directory serves one node. Throws when the
 * directory cannot be used at all.
 */
export function openLmdbEngine(dataDir: string, options: OpenOptions): LmdbEngine {
  const path = join(dataDir, STORE_DIRECTORY);
  const opening = join(dataDir, OPENING_FILE);
  mkdirSync(dataDir, { recursive: true });
  const problem = problemOf(path, existsSync(opening));
  if (problem !== undefined) setAside(dataDir, problem, options);
  writeFileSync(opening, '');
  const engine = openedOrAnew(dataDir, path, options);
  rmSync(opening, { force: true });
  return engine;
}

function openedOrAnew(dataDir: string, path: string, options: OpenOptions): LmdbEngine {
  try {
    return checked(new LmdbEngine(path, options.durability, options), options);
  } catch (error) {
    // Only a file that was there can be damaged; a directory that cannot be written stays an error.
    if (!existsSync(join(path, DATA_FILE)) || isRefused(error)) throw error;
    setAside(dataDir, messageOf(error), options);
    return new LmdbEngine(path, options.durability, options);
  }
}

/** Damaged heads are removed; what this node had seen is then unproven, so the note goes with them. */
function checked(engine: LmdbEngine, options: OpenOptions): LmdbEngine {
  const damagedCount = engine.removeDamaged();
  if (damagedCount === 0) return engine;
  engine.setNote('knowledge', '[]');
  options.onWarning(`${damagedCount} records of the store are damaged and were removed: the peers bring them again`);
  return engine;
}

/** What is wrong with the file, as far as can be told without opening it here. */
function problemOf(path: string, hasDied: boolean): string | undefined {
  const file = join(path, DATA_FILE);
  if (!existsSync(file)) return undefined;
  switch (lookAt(file)) {
    case 'foreign':
      return 'it is no file of LMDB, or cut off at its start';
    case 'short':
      return problemFoundByChild(path);
    case 'plausible':
      return hasDied ? problemFoundByChild(path) : undefined;
  }
}

/** A damaged tree can end the process that reads it, so another process reads it first: all of it. */
function problemFoundByChild(path: string): string | undefined {
  const lmdb = createRequire(import.meta.url).resolve('lmdb');
  const { status, signal } = spawnSync(execPath, ['-e', CHILD_SOURCE, lmdb, path], { stdio: 'ignore' });
  if (status === 0) return undefined;
  return signal === null ? 'it cannot be read to its end' : `reading it ended a process by ${signal}`;
}

const CHILD_SOURCE = `
const [lmdb, path] = process.argv.slice(1);
const binary = { keyEncoding: 'binary', encoding: 'binary' };
const root = require(lmdb).open({ path, maxDbs: 3, ...binary });
for (const name of ['heads', 'values', 'notes']) {
  for (const { value } of root.openDB({ name, ...binary }).getRange()) if (value === undefined) process.exit(1);
}
process.exit(0);
`;

function setAside(dataDir: string, problem: string, { onWarning }: OpenOptions): void {
  const damaged = join(dataDir, STORE_DIRECTORY_DAMAGED);
  rmSync(damaged, { recursive: true, force: true });
  renameSync(join(dataDir, STORE_DIRECTORY), damaged);
  onWarning(
    `the store in ${dataDir} is damaged (${problem}): it was moved to ${damaged}, and the peers bring its records again`,
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && /EACCES|EPERM|EROFS|ENOSPC|[Pp]ermission|[Rr]ead-only|No space/.test(error.message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
