/** What theory says of push: formulas alone. */

/** Of the rumor core: a node pushes a rumor four times for each decimal digit of the cluster's size, eight at least. */
const PUSHES_PER_DIGIT = 4;
const PUSH_COUNT_MIN = 8;

/** Rounds until the last node knows, but for a constant. [Pittel], generalised to `fanout` targets. */
export function theoryRounds(nodeCount: number, fanout: number): number {
  return Math.log(nodeCount) / Math.log(fanout + 1) + Math.log(nodeCount) / fanout;
}

/** Pushes of one rumor by each node that knows it. */
export function pushesPerNode(nodeCount: number): number {
  return Math.max(PUSH_COUNT_MIN, PUSHES_PER_DIGIT * String(nodeCount).length);
}

/**
 * The chance that a given node is left out: all others push, in rounds, and none of them ever picks it. For large
 * clusters it is e^-m for m pushes per node. [Demers §1.4]
 */
export function theoryResidue(nodeCount: number, fanout: number): number {
  const others = nodeCount - 1;
  return (1 - fanout / others) ** ((others * pushesPerNode(nodeCount)) / fanout);
}
