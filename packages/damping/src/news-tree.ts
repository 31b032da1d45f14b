/**
 * The waiting news of one class, in the order of sending: fewest transmissions first, then newest first.
 *
 * A treap: a search tree by that order, and a heap by a number mixed from the arrival number, which keeps it shallow
 * without dice. Each node knows the smallest and the largest size below it, so that "the first that still fits" and
 * "the first that never fits" are found on one path from the root. A sorted list or plain buckets would be scanned
 * past every large item for every packet, and a backlog is when there is least time for that.
 */
import { mix32 } from '@hearsay/core';

/** One piece of waiting news. Only the tree writes the fields below `transmissions`. */
export class NewsNode<V> {
  readonly key: string;
  readonly value: V;
  readonly sizeBytes: number;
  /** Number of arrival: larger is newer. */
  readonly arrival: number;
  /** Changed only while the node is in no tree, because the tree is ordered by it. */
  transmissions = 0;
  readonly weight: number;
  left: NewsNode<V> | undefined;
  right: NewsNode<V> | undefined;
  /** Smallest size in this subtree. */
  sizeBytesMin: number;
  /** Largest size in this subtree. */
  sizeBytesMax: number;

  constructor(key: string, value: V, sizeBytes: number, arrival: number) {
    this.key = key;
    this.value = value;
    this.sizeBytes = sizeBytes;
    this.arrival = arrival;
    this.weight = mix32(arrival);
    this.sizeBytesMin = sizeBytes;
    this.sizeBytesMax = sizeBytes;
  }
}

/** An ordered set of nodes. Every operation takes O(log n), expected. */
export class NewsTree<V> {
  #root: NewsNode<V> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a node that is in no tree. */
  insert(node: NewsNode<V>): void {
    this.#root = inserted(this.#root, node);
    this.#size += 1;
  }

  /** Removes a node that is in this tree. */
  remove(node: NewsNode<V>): void {
    this.#root = removed(this.#root, node);
    refresh(node, undefined, undefined);
    this.#size -= 1;
  }

  /** The first node of at most `sizeBytes`. */
  firstUpTo(sizeBytes: number): NewsNode<V> | undefined {
    let node = this.#root;
    while (node !== undefined && node.sizeBytesMin <= sizeBytes) {
      if (node.left !== undefined && node.left.sizeBytesMin <= sizeBytes) node = node.left;
      else if (node.sizeBytes <= sizeBytes) return node;
      else node = node.right;
    }
    return undefined;
  }

  /** The first node of more than `sizeBytes`. */
  firstAbove(sizeBytes: number): NewsNode<V> | undefined {
    let node = this.#root;
    while (node !== undefined && node.sizeBytesMax > sizeBytes) {
      if (node.left !== undefined && node.left.sizeBytesMax > sizeBytes) node = node.left;
      else if (node.sizeBytes > sizeBytes) return node;
      else node = node.right;
    }
    return undefined;
  }

  /** The most transmitted node, the oldest of equals. */
  last(): NewsNode<V> | undefined {
    let node = this.#root;
    while (node?.right !== undefined) node = node.right;
    return node;
  }
}

type Subtree<V> = NewsNode<V> | undefined;

function inserted<V>(root: Subtree<V>, node: NewsNode<V>): NewsNode<V> {
  if (root === undefined) return node;
  if (node.weight > root.weight) {
    const [left, right] = split(root, node);
    return refresh(node, left, right);
  }
  return isBefore(node, root)
    ? refresh(root, inserted(root.left, node), root.right)
    : refresh(root, root.left, inserted(root.right, node));
}

function removed<V>(root: Subtree<V>, node: NewsNode<V>): Subtree<V> {
  if (root === undefined) return undefined;
  if (root === node) return merged(root.left, root.right);
  return isBefore(node, root)
    ? refresh(root, removed(root.left, node), root.right)
    : refresh(root, root.left, removed(root.right, node));
}

/** Cuts a subtree into what comes before `at` and what comes after it. */
function split<V>(root: Subtree<V>, at: NewsNode<V>): readonly [Subtree<V>, Subtree<V>] {
  if (root === undefined) return [undefined, undefined];
  if (isBefore(root, at)) {
    const [middle, after] = split(root.right, at);
    return [refresh(root, root.left, middle), after];
  }
  const [before, middle] = split(root.left, at);
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

function isBefore<V>(a: NewsNode<V>, b: NewsNode<V>): boolean {
  return a.transmissions !== b.transmissions ? a.transmissions < b.transmissions : a.arrival > b.arrival;
}

/** Gives a node its children and brings its size range up to date. */
function refresh<V>(node: NewsNode<V>, left: Subtree<V>, right: Subtree<V>): NewsNode<V> {
  node.left = left;
  node.right = right;
  node.sizeBytesMin = Math.min(node.sizeBytes, left?.sizeBytesMin ?? Infinity, right?.sizeBytesMin ?? Infinity);
  node.sizeBytesMax = Math.max(node.sizeBytes, left?.sizeBytesMax ?? 0, right?.sizeBytesMax ?? 0);
  return node;
}
