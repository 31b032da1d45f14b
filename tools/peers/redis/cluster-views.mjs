/** What a node of Redis Cluster says about the others. */

/**
 * Whether a reply of CLUSTER NODES calls a node failed by majority: `fail`, and not `fail?`.
 * @param {string} reply @param {string} id
 */
export function isFailed(reply, id) {
  const line = reply.split('\n').find((each) => each.startsWith(`${id} `));
  const [, , flags = ''] = line?.split(' ') ?? [];
  return flags.split(',').includes('fail');
}

/** Whether a reply of CLUSTER INFO says that all is well and everybody known. @param {string} reply @param {number} nodeCount */
export function isWhole(reply, nodeCount) {
  const lines = reply.split(/\r?\n/);
  return lines.includes('cluster_state:ok') && lines.includes(`cluster_known_nodes:${nodeCount}`);
}

/** First and last slot of each node, all of them given out. @param {number} nodeCount @returns {[number, number][]} */
export function slotShares(nodeCount) {
  const slotCount = 16_384;
  return Array.from({ length: nodeCount }, (_, index) => [
    Math.floor((index * slotCount) / nodeCount),
    Math.floor(((index + 1) * slotCount) / nodeCount) - 1,
  ]);
}
