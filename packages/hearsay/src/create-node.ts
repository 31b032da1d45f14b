/** Makes a node and starts it. */
import { persistGeneration, wallNowMs } from '@hearsay/runtime';
import { openDisk } from './disk.ts';
import { Engine } from './engine.ts';
import type { HearsayNode } from './node.ts';
import { checkedOptions, type NodeOptions } from './options.ts';
import { RunningNode } from './running-node.ts';

const MS_PER_SECOND = 1_000;

/**
 * Opens the sockets, starts the protocols and contacts the seeds in the background. Resolves when the node can be
 * reached, whether or not a seed answered: the event `joined` tells.
 *
 * Throws `ConfigError` with every problem of the options, `BindError` when the address is taken, `SnapshotError` when
 * `dataDir` cannot be used, `TooLargeError` for tags above 4096 bytes. Nothing is left running then.
 */
export async function createNode(options: NodeOptions): Promise<HearsayNode> {
  const config = checkedOptions(options);
  const { dataDir, join = [], onWarning = () => {} } = options;
  const warn = (warning: { readonly message: string }): void => onWarning(warning.message);
  const generation =
    dataDir === undefined
      ? Math.floor(wallNowMs() / MS_PER_SECOND)
      : await persistGeneration(dataDir, { onWarning: warn });
  const disk = dataDir === undefined ? undefined : await openDisk(dataDir, options);
  let engine: Engine;
  try {
    engine = await Engine.open(options, { config, generation, disk });
  } catch (error) {
    await disk?.close();
    throw error;
  }
  const node = new RunningNode(engine, { cluster: options.cluster ?? '', allowFaults: options.allowFaults ?? false });
  if (join.length > 0) engine.command({ type: 'join', seeds: join });
  return node;
}
