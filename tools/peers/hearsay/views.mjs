/** Who knows whom, and what changes in the views of running nodes. */

/**
 * @typedef {object} ViewEvent
 * @property {'joined' | 'suspected' | 'dead' | 'received'} kind `suspected`: the viewer's own probe failed. `received`:
 * a message of the phase broadcast arrived; the subject is its number.
 * @property {number} viewer
 * @property {number} subject
 * @property {number} atMs
 */

const nobody = () => {};

/** Keeps the views, and tells the phase that is running what changes. */
export class Views {
  /** @type {(event: ViewEvent) => void} */
  #listener = nobody;
  /** One byte per pair. */
  #isKnown;
  /** @type {Set<number>} */
  #stopped = new Set();

  /** @param {number} nodeCount */
  constructor(nodeCount) {
    this.nodeCount = nodeCount;
    this.#isKnown = new Uint8Array(nodeCount * nodeCount);
  }

  /**
   * Tells the listener, unless the viewer was stopped or the event is no change.
   * @param {ViewEvent['kind']} kind @param {number} viewer @param {number} subject
   */
  record(kind, viewer, subject) {
    if (this.#stopped.has(viewer)) return;
    if (kind === 'joined' || kind === 'dead') {
      if (viewer === subject || this.knows(viewer, subject) === (kind === 'joined')) return;
      this.#isKnown[viewer * this.nodeCount + subject] = kind === 'joined' ? 1 : 0;
    }
    this.#listener({ kind, viewer, subject, atMs: performance.now() });
  }

  /** Replaces the listener. @param {(event: ViewEvent) => void} [listener] Default: nobody. */
  listen(listener = nobody) {
    this.#listener = listener;
  }

  /** Freezes what a node sees. @param {number} viewer */
  stop(viewer) {
    this.#stopped.add(viewer);
  }

  /** @param {number} viewer @param {number} subject */
  knows(viewer, subject) {
    return this.#isKnown[viewer * this.nodeCount + subject] === 1;
  }

  /** The nodes that run. */
  get running() {
    return Array.from({ length: this.nodeCount }, (_, index) => index).filter((index) => !this.#stopped.has(index));
  }

  /** Running nodes that do not know each other. */
  get missingPairCount() {
    const { running } = this;
    const missing = running.map(
      (viewer) => running.filter((subject) => subject !== viewer && !this.knows(viewer, subject)).length,
    );
    return missing.reduce((sum, count) => sum + count, 0);
  }
}
