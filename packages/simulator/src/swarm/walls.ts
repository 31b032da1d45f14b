/** Partitions and blocks that overlap: each is undone alone, and a link is open when nothing closes it any more. */
import type { NodeId, Via } from '@hearsay/core';
import type { Link } from './act.ts';

/** What is asked of the world. */
interface WalledWorld {
  partition(groups: readonly (readonly NodeId[])[]): void;
  block(from: NodeId, to: NodeId, via: Via): void;
  unblock(from: NodeId, to: NodeId, via: Via): void;
}

type Groups = readonly (readonly number[])[];

const ALL_WAYS: readonly Via[] = ['packet', 'stream'];

/** See the file's first line. Each method returns what undoes it. */
export class Walls {
  readonly #world: WalledWorld;
  readonly #idOf: (index: number) => NodeId;
  /** Of several partitions the latest holds. */
  readonly #partitions: Groups[] = [];
  readonly #counts = new Map<string, number>();

  constructor(world: WalledWorld, idOf: (index: number) => NodeId) {
    this.#world = world;
    this.#idOf = idOf;
  }

  partition(groups: Groups): () => void {
    this.#partitions.push(groups);
    this.#divide();
    return () => {
      this.#partitions.splice(this.#partitions.indexOf(groups), 1);
      this.#divide();
    };
  }

  block(links: readonly Link[], via: Via | undefined): () => void {
    const ways = via === undefined ? ALL_WAYS : [via];
    // A node may move meanwhile: what was blocked are addresses.
    const pairs = links.map(({ from, to }) => ({ from: this.#idOf(from), to: this.#idOf(to) }));
    this.#change(pairs, ways, 1);
    return () => this.#change(pairs, ways, -1);
  }

  #divide(): void {
    const groups = this.#partitions.at(-1) ?? [];
    this.#world.partition(groups.map((group) => group.map(this.#idOf)));
  }

  #change(pairs: readonly { readonly from: NodeId; readonly to: NodeId }[], ways: readonly Via[], by: 1 | -1): void {
    for (const { from, to } of pairs) {
      for (const via of ways) {
        const key = `${from} ${to} ${via}`;
        const before = this.#counts.get(key) ?? 0;
        this.#counts.set(key, before + by);
        if (before === 0) this.#world.block(from, to, via);
        if (before + by === 0) this.#world.unblock(from, to, via);
      }
    }
  }
}
