/** Whether an agent is ready: it runs, it has found its cluster if it was given seeds, and it has not left. */
import type { NodeEvent } from 'hearsay';

export class Readiness {
  /** Seeds were given and none has answered yet. A node without seeds is a cluster of one, and ready. */
  #isSearching: boolean;
  #isEnding = false;

  constructor(hasSeeds: boolean) {
    this.#isSearching = hasSeeds;
  }

  onEvent({ type }: Pick<NodeEvent, 'type'>): void {
    if (type === 'joined') this.#isSearching = false;
    // Another member found us: that is a cluster as well.
    if (type === 'member-joined') this.#isSearching = false;
  }

  onEnding(): void {
    this.#isEnding = true;
  }

  /** `undefined` when it is ready. */
  whyNot(status: string): string | undefined {
    if (this.#isEnding) return 'the agent is ending';
    if (status === 'left') return 'the node has left its cluster: join again';
    return this.#isSearching ? 'no seed has answered yet' : undefined;
  }
}
