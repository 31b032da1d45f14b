/** Nodes with node state whose Scuttlebutt messages arrive in the order of sending, unless they are lost. */
import { type NodeId, Rng, type Via } from '@hearsay/core';
import { NodeState, nodeStateConfig, PeerSet } from '@hearsay/membership';
import {
  type ScuttlebuttCommand,
  type ScuttlebuttConfig,
  ScuttlebuttCore,
  type ScuttlebuttMessage,
  scuttlebuttConfig,
} from '../src/index.ts';

const WALL_MS = 1_000_000;
const LETTER_COUNT_MAX = 10_000;

export interface Letter {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: ScuttlebuttMessage;
  readonly via: Via;
}

export class ScuttlebuttWorld {
  readonly states = new Map<NodeId, NodeState>();
  readonly cores = new Map<NodeId, ScuttlebuttCore>();
  /** Everything that was sent since it was last emptied. */
  readonly sent: Letter[] = [];
  lossPerMille = 0;
  readonly #rng: Rng;
  readonly #names: readonly NodeId[];
  readonly #partial: Partial<ScuttlebuttConfig>;
  #queue: Letter[] = [];

  constructor(names: readonly NodeId[], partial: Partial<ScuttlebuttConfig> = {}, seed = 1) {
    this.#rng = new Rng(seed);
    this.#names = names;
    this.#partial = partial;
    for (const name of names) this.renew(name, 1);
  }

  /** A life of `name`, with nothing of the one before. */
  renew(name: NodeId, generation: number): void {
    const state = new NodeState({ config: nodeStateConfig(), self: { name, generation } });
    const peers = new PeerSet();
    for (const peer of this.#names) if (peer !== name) peers.add(peer);
    const rng = this.#rng.fork(name);
    const config = scuttlebuttConfig(this.#partial);
    this.states.set(name, state);
    this.cores.set(name, new ScuttlebuttCore({ config, peers, rng, maps: state }));
  }

  state(name: NodeId): NodeState {
    return this.states.get(name)!;
  }

  command(name: NodeId, command: ScuttlebuttCommand): void {
    this.#step(name, { kind: 'command', command });
    this.#run();
  }

  hear(to: NodeId, from: NodeId, message: ScuttlebuttMessage): void {
    this.#step(to, { kind: 'message', from, message });
    this.#run();
  }

  interval(name: NodeId): void {
    this.#step(name, { kind: 'timer', timer: { type: 'interval' } });
    this.#run();
  }

  /** As if `from` had pinged `to`. */
  ping(from: NodeId, to: NodeId): void {
    const salt = this.#rng.uint32();
    const root = this.cores.get(from)!.showRoot(salt);
    this.command(to, { type: 'compare', peer: from, salt, root });
  }

  roots(): Set<string> {
    return new Set([...this.states.values()].map((state) => state.rootDigest()));
  }

  types(): string[] {
    return this.sent.map(({ from, message }) => `${from} ${message.type}`);
  }

  #step(name: NodeId, input: Parameters<ScuttlebuttCore['step']>[0]): void {
    this.cores.get(name)!.step(input, 0, {
      send: (to, message, via = 'packet') => this.#queue.push({ from: name, to, message, via }),
      schedule: () => {},
      notify: ({ deltas }) => {
        for (const delta of deltas) this.state(name).apply(delta, WALL_MS);
      },
    });
  }

  #run(): void {
    for (let count = 0; this.#queue.length > 0; count++) {
      if (count > LETTER_COUNT_MAX) throw new Error('messages without end');
      const [letter, ...rest] = this.#queue;
      this.#queue = rest;
      if (letter === undefined) return;
      this.sent.push(letter);
      const isLost = letter.via === 'packet' && this.#rng.chance(this.lossPerMille);
      if (!isLost && this.cores.has(letter.to)) {
        this.#step(letter.to, { kind: 'message', from: letter.from, message: letter.message });
      }
    }
  }
}
