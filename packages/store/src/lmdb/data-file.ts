/**
 * A look at a file of LMDB before it is mapped: to read a mapped file behind its end kills the process.
 *
 *   two pages of: header, 24 bytes | magic u32 | version u32 | address u64 | map size u64 | two trees, 48 bytes each,
 *   the first of which begins with the page size u32 | last page u64 | transaction u64
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * `foreign`: LMDB would not take it. `short`: it ends before the last page that it speaks of, which is harmless only if
 * nothing stands there. `plausible`: it may still be damaged inside.
 */
export type FileLook = 'foreign' | 'short' | 'plausible';

const MAGIC = 0xbeefc0de;
const MAGIC_OFFSET = 24;
const PAGE_BYTES_OFFSET = 48;
const LAST_PAGE_OFFSET = 144;
const TRANSACTION_OFFSET = 152;
const META_BYTES = 160;
/** Page sizes of LMDB: powers of two. */
const PAGE_BYTES_MIN = 256;
const PAGE_BYTES_MAX = 65_536;

export function lookAt(path: string): FileLook {
  const descriptor = openSync(path, 'r');
  try {
    const first = readMeta(descriptor, 0);
    const pageBytes = first?.readUInt32LE(PAGE_BYTES_OFFSET) ?? 0;
    if (first === undefined || pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX) return 'foreign';
    const second = readMeta(descriptor, pageBytes);
    if (second === undefined) return 'foreign';
    const isFirstNewer = first.readBigUInt64LE(TRANSACTION_OFFSET) > second.readBigUInt64LE(TRANSACTION_OFFSET);
    const lastPage = Number((isFirstNewer ? first : second).readBigUInt64LE(LAST_PAGE_OFFSET));
    return fstatSync(descriptor).size < (lastPage + 1) * pageBytes ? 'short' : 'plausible';
  } finally {
    closeSync(descriptor);
  }
}

/** `undefined` when there is none. */
function readMeta(descriptor: number, offset: number): Buffer | undefined {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(descriptor, bytes, 0, META_BYTES, offset) < META_BYTES) return undefined;
  return bytes.readUInt32LE(MAGIC_OFFSET) === MAGIC ? bytes : undefined;
}
