/** The store of a data directory, if LMDB can be had. */
import { ConfigError } from '@hearsay/core';
import { SnapshotError } from '@hearsay/runtime';
import type { StoreEngine } from '@hearsay/store';
import type { NodeOptions } from './options.ts';

/** Who hears of faults, once the node runs. */
export interface DiskListener {
  /** The value under this key is damaged. */
  onDamage(key: string): void;
  /** Nothing that is written from now on is durable. */
  onFailure(error: Error): void;
}

/** Records on disk. */
export interface Disk {
  readonly engine: StoreEngine;
  /** Until then, faults wait. */
  listen(listener: DiskListener): void;
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/** Throws `ConfigError` when `lmdb` is not installed, `SnapshotError` when the directory cannot be used. */
export async function openDisk(dataDir: string, options: NodeOptions): Promise<Disk> {
  const { openLmdbEngine } = await loadLmdb();
  const { durability = 'batched', onWarning = () => {} } = options;
  let listener: DiskListener | undefined;
  const waiting: ((to: DiskListener) => void)[] = [];
  const tell = (fault: (to: DiskListener) => void): void => {
    if (listener === undefined) waiting.push(fault);
    else fault(listener);
  };
  try {
    const engine = openLmdbEngine(dataDir, {
      durability,
      onWarning,
      onDamage: (key) => tell((to) => to.onDamage(key)),
      onFailure: (error) => tell((to) => to.onFailure(new SnapshotError(dataDir, error))),
    });
    return {
      engine,
      listen: (to) => {
        listener = to;
        for (const fault of waiting.splice(0)) fault(to);
      },
      flushed: () => engine.flushed(),
      close: () => engine.close(),
    };
  } catch (error) {
    throw new SnapshotError(dataDir, error);
  }
}

/** Only who keeps data on disk needs the native package. */
async function loadLmdb(): Promise<typeof import('@hearsay/store/lmdb')> {
  try {
    return await import('@hearsay/store/lmdb');
  } catch (error) {
    const problem = 'dataDir: the package lmdb cannot be loaded: install it, or run without a data directory';
    throw new ConfigError('createNode', [error instanceof Error ? `${problem} (${error.message})` : problem]);
  }
}
