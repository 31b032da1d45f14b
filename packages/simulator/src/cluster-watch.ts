/** Watches a simulated cluster for what must never happen, whatever the scenario is. */
import type { NodeId } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { StackEvent } from '@hearsay/stack';
import type { ClusterSimulation } from './cluster.ts';

/** Of more breaches the first ones tell what went wrong, the rest that it went on. */
const BREACH_COUNT_MAX = 10;

/** Keeps what it sees as sentences that complete `expected …`. */
export class ClusterWatch {
  readonly #cluster: ClusterSimulation;
  readonly #breaches: string[] = [];
  /** Holds while members cannot reach each other: they may call each other dead. */
  isSplit = false;

  constructor(cluster: ClusterSimulation) {
    this.#cluster = cluster;
    cluster.world.onEvent((_timeMs, id, event) => this.#onEvent(id, event));
  }

  /** Whether anything happened since `take`. */
  get isAlarmed(): boolean {
    return this.#breaches.length > 0;
  }

  /** What happened since the last call, the first ten. */
  take(): string[] {
    const { oversizeCount, undecodableCount } = this.#cluster.world.traffic;
    if (oversizeCount > 0) this.note(`no packet above packetBytesMax; there were ${oversizeCount}`);
    if (undecodableCount > 0) this.note(`every packet to decode; ${undecodableCount} did not`);
    return this.#breaches.splice(0);
  }

  /** Adds a breach that somebody else has seen. */
  note(expectation: string): void {
    if (this.#breaches.length >= BREACH_COUNT_MAX) return;
    this.#breaches.push(`${expectation} (at ${this.#cluster.world.nowMs.toFixed(0)} ms)`);
  }

  #onEvent(id: NodeId, event: StackEvent): void {
    const observer = this.#cluster.world.node(id).core.self.name;
    switch (event.type) {
      case 'member-failed':
        if (!this.isSplit && this.#isUp(event.claim))
          this.note(`no live member to be declared dead; ${observer} declared ${event.claim.name}`);
        return;
      case 'name-conflict':
        return this.note(`no name conflict; ${observer} saw one about ${event.held.name}`);
      case 'claim-refused':
      case 'record-refused':
      case 'rumor-refused':
        return this.note(`nothing to be refused; ${observer} refused what ${event.from} said: ${event.reason}`);
      default:
        return;
    }
  }

  /** Whether the very life that a claim is about goes on. */
  #isUp({ name, generation }: Claim): boolean {
    const id = this.#cluster.addressOf(name);
    if (!this.#cluster.world.has(id)) return false;
    const { state, core } = this.#cluster.world.node(id);
    return state !== 'crashed' && core.selfClaim.generation <= generation;
  }
}
