/**
 * Waiting news in one order: a treap, which is a search tree by that order, and a heap by a number mixed from the arrival
 * number, which keeps it shallow without dice. Each node knows the smallest and the largest size below it, so that "the
 * first that still fits" and "the first that never fits" are found on one path from the root. A sorted list or plain
 * buckets would be scanned past every large item for every packet, and a backlog is when there is least time for that.
 */
import { mix32 } from '@hearsay/core';
import type { WaitingNews } from './waiting-news.ts';

/** Whether one item goes before another: a total order. It must not change for two items that are inside. */
export type NewsOrder = (a: WaitingNews<unknown>, b: WaitingNews<unknown>) => boolean;

/** The place of an item in one tree. Only the tree writes it. */
class NewsNode<V> {
  readonly item: WaitingNews<V>;
  readonly weight: number;
  left: NewsNode<V> | undefined;
  right: NewsNode<V> | undefined;
  /** Smallest size in this subtree. */
  sizeBytesMin: number;
  /** Largest size in this subtree. */
  sizeBytesMax: number;

  constructor(item: WaitingNews<V>) {
    this.item = item;
    this.weight = mix32(item.arrival);
    this.sizeBytesMin = item.sizeBytes;
    this.sizeBytesMax = item.sizeBytes;
  }
}

/** An ordered set of nodes. Every operation takes O(log n), expected. */
export class NewsTree<V> {
  readonly #isBefore: NewsOrder;
  #root: NewsNode<V> | undefined;
  #size = 0;

  constructor(isBefore: NewsOrder) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an item that is not inside. */
  insert(item: WaitingNews<V>): void {
    this.#root = inserted(this.#root, new NewsNode(item), this.#isBefore);
    this.#size += 1;
  }

  /** Removes an item that is inside. */
  remove(item: WaitingNews<V>): void {
    this.#root = removed(this.#root, item, this.#isBefore);
    this.#size -= 1;
  }

  /** The first item of at most `sizeBytes`. */
  firstUpTo(sizeBytes: number): WaitingNews<V> | undefined {
    let node = this.#root;
    while (node !== undefined && node.sizeBytesMin <= sizeBytes) {
      if (node.left !== undefined && node.left.sizeBytesMin <= sizeBytes) node = node.left;
      else if (node.item.sizeBytes <= sizeBytes) return node.item;
      else node = node.right;
    }
    return undefined;
  }

  /** The first item of more than `sizeBytes`. */
  firstAbove(sizeBytes: number): WaitingNews<V> | undefined {
    let node = this.#root;
    while (node !== undefined && node.sizeBytesMax > sizeBytes) {
      if (node.left !== undefined && node.left.sizeBytesMax > sizeBytes) node = node.left;
      else if (node.item.sizeBytes > sizeBytes) return node.item;
      else node = node.right;
    }
    return undefined;
  }

  /** The item after all others. */
  last(): WaitingNews<V> | undefined {
    let node = this.#root;
    while (node?.right !== undefined) node = node.right;
    return node?.item;
  }

  /** Nodes on the longest path from the root. O(n), for reading. */
  depth(): number {
    return depthOf(this.#root);
  }
}

type Subtree<V> = NewsNode<V> | undefined;

function inserted<V>(root: Subtree<V>, node: NewsNode<V>, isBefore: NewsOrder): NewsNode<V> {
  if (root === undefined) return node;
  if (node.weight > root.weight) {
    const [left, right] = split(root, node, isBefore);
    return refresh(node, left, right);
  }
  return isBefore(node.item, root.item)
    ? refresh(root, inserted(root.left, node, isBefore), root.right)
    : refresh(root, root.left, inserted(root.right, node, isBefore));
}

function removed<V>(root: Subtree<V>, item: WaitingNews<V>, isBefore: NewsOrder): Subtree<V> {
  if (root === undefined) return undefined;
  if (root.item === item) return merged(root.left, root.right);
  return isBefore(item, root.item)
    ? refresh(root, removed(root.left, item, isBefore), root.right)
    : refresh(root, root.left, removed(root.right, item, isBefore));
}

/** Cuts a subtree into what comes before `at` and what comes after it. */
function split<V>(root: Subtree<V>, at: NewsNode<V>, isBefore: NewsOrder): readonly [Subtree<V>, Subtree<V>] {
  if (root === undefined) return [undefined, undefined];
  if (isBefore(root.item, at.item)) {
    const [middle, after] = split(root.right, at, isBefore);
    return [refresh(root, root.left, middle), after];
  }
  const [before, middle] = split(root.left, at, isBefore);
  return [before, refresh(root, middle, root.right)];
}

/** Joins two subtrees; everything in `before` comes before everything in `after`. */
function merged<V>(before: Subtree<V>, after: Subtree<V>): Subtree<V> {
  if (before === undefined) return after;
  if (after === undefined) return before;
  return before.weight > after.weight
    ? refresh(before, before.left, merged(before.right, after))
    : refresh(after, merged(before, after.left), after.right);
}

function depthOf(root: Subtree<unknown>): number {
  return root === undefined ? 0 : 1 + Math.max(depthOf(root.left), depthOf(root.right));
}

/** Gives a node its children and brings its size range up to date. */
function refresh<V>(node: NewsNode<V>, left: Subtree<V>, right: Subtree<V>): NewsNode<V> {
  const { sizeBytes } = node.item;
  node.left = left;
  node.right = right;
  node.sizeBytesMin = Math.min(sizeBytes, left?.sizeBytesMin ?? Infinity, right?.sizeBytesMin ?? Infinity);
  node.sizeBytesMax = Math.max(sizeBytes, left?.sizeBytesMax ?? 0, right?.sizeBytesMax ?? 0);
  return node;
}
