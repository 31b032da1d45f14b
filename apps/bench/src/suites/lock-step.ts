/**
 * Real rumor cores in lock-step rounds: in each round every infective node pushes to its peers once, and what was pushed
 * arrives before the next round. So a round is the unit of time, as in the theory. [Demers §1.4]
 */
import { type Input, RecordingOutbox, type Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import type { Rumor, RumorCommand, RumorEvent, RumorMessage, RumorTimer } from '@hearsay/rumor';
import { RumorCore, rumorConfig } from '@hearsay/rumor';
import type { Spread } from './push-model.ts';

/** Bytes of one rumor for the byte budget; the spread does not depend on it. */
const RUMOR_BYTES = 100;
/** More rounds than any run takes: a spread that is not over by then is a bug. */
const ROUND_COUNT_MAX = 400;

/** How one rumor spread, and what it cost. */
export interface CountedSpread extends Spread {
  readonly pushCount: number;
}

/** One rumor in a cluster of its own, to the end of its spreading. */
export function lockStepSpread(nodeCount: number, fanout: number, rng: Rng): CountedSpread {
  return new LockStep(nodeCount, fanout, rng).spread();
}

class LockStep {
  readonly #names: readonly string[];
  /** Of all nodes together: each node is taken out for its own step, since nobody is a peer of itself. */
  readonly #peers = new PeerSet();
  readonly #cores = new Map<string, RumorCore>();
  readonly #out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  /** Who has a round scheduled. */
  #infective = new Set<string>();
  #informedCount = 0;
  #lastRound = 0;
  #pushCount = 0;

  constructor(nodeCount: number, fanout: number, rng: Rng) {
    this.#names = Array.from({ length: nodeCount }, (_, index) => `n${index}`);
    // The model knows rounds alone.
    const config = rumorConfig({ fanout, forwardFanoutMax: 0 });
    const sizeOf = (): number => RUMOR_BYTES;
    for (const self of this.#names) {
      this.#peers.add(self);
      this.#cores.set(self, new RumorCore({ config, self, peers: this.#peers, rng: rng.fork(self), sizeOf }));
    }
  }

  spread(): CountedSpread {
    const [source = ''] = this.#names;
    this.#step(source, { kind: 'command', command: { type: 'publish', rumor: rumorOf(source) } }, 0);
    for (let round = 1; this.#infective.size > 0 && round <= ROUND_COUNT_MAX; round++) {
      const acting = this.#infective;
      this.#infective = new Set();
      for (const name of acting) this.#actIn(round, name);
    }
    return {
      rounds: this.#lastRound,
      leftOutCount: this.#names.length - this.#informedCount,
      pushCount: this.#pushCount,
    };
  }

  /** Who learns the rumor now acts from the next round on, so what is pushed may arrive at once. */
  #actIn(round: number, name: string): void {
    this.#step(name, { kind: 'timer', timer: { type: 'round' } }, round);
    const sends = this.#out.sends.splice(0);
    this.#pushCount += sends.length;
    for (const { to, message } of sends) this.#step(to, { kind: 'message', from: name, message }, round);
  }

  #step(name: string, input: Input<RumorCommand, RumorMessage, RumorTimer>, round: number): void {
    this.#out.clear();
    this.#peers.delete(name);
    this.#cores.get(name)?.step(input, round, this.#out);
    this.#peers.add(name);
    if (this.#out.events.some((event) => event.type === 'rumor-learned')) {
      this.#informedCount += 1;
      this.#lastRound = round;
    }
    if (this.#out.timers.length > 0) this.#infective.add(name);
  }
}

function rumorOf(origin: string): Rumor {
  const id = { origin, generation: 1, sequence: 1 };
  return { id, topic: 'bench', payload: new Uint8Array(0), priority: 'normal' };
}
