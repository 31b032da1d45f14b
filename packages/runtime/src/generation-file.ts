/**
 * The generation of a member: which life of its name this is. It must rise at each start, also when the clock was
 * set back meanwhile, or the cluster would take the new life for old news. So the last one is kept in a file.
 */
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { wallNowMs } from './clock.ts';
import { codeOf, SnapshotError } from './errors.ts';

/** Name of the file in the data directory. Its content is one decimal number. */
export const GENERATION_FILE = 'generation';
/** Where an unreadable file is moved; an older one is replaced. */
export const GENERATION_FILE_CORRUPT = 'generation.corrupt';

/** The file was found in a state that the operator should know about. The generation is good nevertheless. */
export type GenerationWarning =
  /** It holds no number. It was set aside as `path`; the generation is the time of now. */
  | { readonly type: 'corrupt'; readonly path: string; readonly message: string }
  /** It is far ahead of this clock: peers refuse a generation from the future. The clock is, or was, wrong. */
  | { readonly type: 'ahead'; readonly path: string; readonly aheadSeconds: number; readonly message: string };

/** Settings for tests, and who is told of warnings. */
export interface PersistGenerationOptions {
  /** Seconds since 1970. Default: the wall clock. */
  readonly nowSeconds?: number;
  readonly onWarning?: (warning: GenerationWarning) => void;
}

const TEMPORARY_FILE = 'generation.tmp';
const GENERATION_MAX = 0xffff_ffff;
const GENERATION_PATTERN = /^\d{1,10}\n?$/;
/** More than any good content, and little to read of a bad one. */
const CONTENT_BYTES_MAX = 64;
/** Peers refuse what is more than a day ahead of their clocks. */
const AHEAD_SECONDS_MAX = 86_400;

/**
 * Returns the generation of this life, `max(stored + 1, now in seconds)`, a uint32, after it is on disk. `dataDir` is
 * created if needed; one directory serves one node. The write is atomic: a crash leaves the old file or the new one.
 * Throws `SnapshotError` when the directory cannot be used; do not start a node then, its next life could be refused.
 */
export async function persistGeneration(dataDir: string, options: PersistGenerationOptions = {}): Promise<number> {
  const { nowSeconds = Math.floor(wallNowMs() / 1_000), onWarning = () => {} } = options;
  const path = join(dataDir, GENERATION_FILE);
  try {
    await mkdir(dataDir, { recursive: true });
    const content = await readContent(path);
    const stored = content === undefined ? undefined : parseGeneration(content);
    if (content !== undefined && stored === undefined) onWarning(await setAside(dataDir));
    const generation = Math.max((stored ?? 0) + 1, nowSeconds);
    if (generation - nowSeconds > AHEAD_SECONDS_MAX) onWarning(aheadWarning(path, generation - nowSeconds));
    await replaceContent(dataDir, `${generation}\n`);
    return generation;
  } catch (error) {
    throw new SnapshotError(path, error);
  }
}

/** The last uint32 has no successor, so it cannot have come from here. */
function parseGeneration(content: string): number | undefined {
  const value = GENERATION_PATTERN.test(content) ? Number(content) : GENERATION_MAX;
  return value < GENERATION_MAX ? value : undefined;
}

async function readContent(path: string): Promise<string | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CONTENT_BYTES_MAX), 0, CONTENT_BYTES_MAX, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function setAside(dataDir: string): Promise<GenerationWarning> {
  const path = join(dataDir, GENERATION_FILE_CORRUPT);
  await rename(join(dataDir, GENERATION_FILE), path);
  const message = `the generation file of ${dataDir} holds no number; it was moved to ${path}, and the clock is used`;
  return { type: 'corrupt', path, message };
}

async function replaceContent(dataDir: string, content: string): Promise<void> {
  const temporaryPath = join(dataDir, TEMPORARY_FILE);
  const file = await open(temporaryPath, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporaryPath, join(dataDir, GENERATION_FILE));
  await syncDirectory(dataDir);
}

/** Makes the rename itself survive a power cut, where directories can be opened at all. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch {
    // Windows cannot; the file is whole either way.
  }
}

function aheadWarning(path: string, aheadSeconds: number): GenerationWarning {
  const message =
    `the generation in ${path} is ${aheadSeconds} s ahead of this clock and peers may refuse it: ` +
    'check the clock; if it was wrong before and is right now, delete the file';
  return { type: 'ahead', path, aheadSeconds, message };
}
