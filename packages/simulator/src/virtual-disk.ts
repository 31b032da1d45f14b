/**
 * The disk of one simulated machine: files that outlive the process, and what a crash does to those that were written
 * and not yet synced.
 *
 *   write, append --> seen by the process, lost by a power cut --sync--> kept by a power cut
 */
import type { Rng } from '@hearsay/core';

/** What a crash leaves. */
export type DiskFate =
  /** The process alone died: all that it wrote is there. */
  | 'kept'
  /** The machine lost power: what was not synced is as before. */
  | 'synced'
  /** The same, and of the last write only a part got to the disk, synced or not. */
  | 'torn'
  /** The disk is new. */
  | 'wiped'
  /** An operator restored what `takeImage` took last; nothing, if it never did. */
  | 'restored';

type Files = ReadonlyMap<string, Uint8Array>;

const NO_BYTES = new Uint8Array(0);

/** See the file's first lines. Bounded by what the node writes to it. */
export class VirtualDisk {
  #files = new Map<string, Uint8Array>();
  #synced: Files = new Map();
  #image: Files = new Map();
  #lastWritten: string | undefined;

  /** What the process sees. Not to be changed. */
  read(file: string): Uint8Array | undefined {
    return this.#files.get(file);
  }

  files(): IterableIterator<string> {
    return this.#files.keys();
  }

  /** Replaces a file; takes a copy. */
  write(file: string, bytes: Uint8Array): void {
    this.#files.set(file, bytes.slice());
    this.#lastWritten = file;
  }

  append(file: string, bytes: Uint8Array): void {
    const held = this.read(file) ?? NO_BYTES;
    const joined = new Uint8Array(held.length + bytes.length);
    joined.set(held);
    joined.set(bytes, held.length);
    this.write(file, joined);
  }

  remove(file: string): void {
    this.#files.delete(file);
  }

  /** From now on a power cut leaves what there is now. */
  sync(): void {
    this.#synced = new Map(this.#files);
  }

  /** A backup, for `restored`. */
  takeImage(): void {
    this.#image = new Map(this.#synced);
  }

  /** What the next life finds. */
  crash(fate: DiskFate, rng: Rng): void {
    const written = this.#files;
    if (fate !== 'kept') this.#files = new Map(this.#leftBy(fate));
    if (fate === 'torn') this.#tear(written, rng);
    this.sync();
    this.#lastWritten = undefined;
  }

  #leftBy(fate: Exclude<DiskFate, 'kept'>): Files {
    if (fate === 'wiped') return new Map();
    return fate === 'restored' ? this.#image : this.#synced;
  }

  #tear(written: Files, rng: Rng): void {
    const file = this.#lastWritten;
    const bytes = file === undefined ? undefined : written.get(file);
    if (file !== undefined && bytes !== undefined) this.#files.set(file, bytes.slice(0, rng.below(bytes.length)));
  }
}
