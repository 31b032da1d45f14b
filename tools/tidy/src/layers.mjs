/** Which package lies in which layer. An import goes to a strictly lower layer, never sideways and never up. */

/** By folder. The packages that are still to come have their place already. @type {ReadonlyMap<string, number>} */
export const LAYERS = new Map([
  ['packages/core', 0],
  ['packages/membership', 1],
  ['packages/damping', 1],
  ['packages/store', 1],
  ['packages/ring', 1],
  ['packages/swim', 2],
  ['packages/heartbeat', 2],
  ['packages/rumor', 2],
  ['packages/anti-entropy', 2],
  ['packages/wire', 3],
  ['packages/stack', 3],
  ['packages/runtime', 4],
  ['packages/simulator', 4],
  ['packages/hearsay', 5],
  ['apps/node', 6],
  ['apps/bench', 6],
]);

/** For tests only, so it has no layer; it may itself use the layer below all protocols. */
export const TESTKIT = 'packages/testkit';

/**
 * Subpaths that lie higher than their package: what is not pure and has no package of its own. By folder of sources and
 * by what importers say.
 */
const RAISED = [{ folder: 'packages/store/src/lmdb/', specifier: '@hearsay/store/lmdb', layer: 4 }];

/** The layer of what an import names, when it is not that of its package. @param {string} specifier */
export function raisedLayer(specifier) {
  return RAISED.find((each) => each.specifier === specifier)?.layer;
}

/** @param {string} path of a source file */
export function isRaised(path) {
  return RAISED.some(({ folder }) => path.startsWith(folder));
}

const PURE_LAYER_MAX = 3;
const PROTOCOL_LAYER = 2;

/** Whether a package's shipped code must be free of clocks, dice, promises and `node:`. @param {string} packageDir */
export function isPure(packageDir) {
  return (LAYERS.get(packageDir) ?? Number.POSITIVE_INFINITY) <= PURE_LAYER_MAX;
}

/** @param {string} packageDir */
export function isProtocol(packageDir) {
  return LAYERS.get(packageDir) === PROTOCOL_LAYER;
}
