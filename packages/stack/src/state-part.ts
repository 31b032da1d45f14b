/** Node state in the stack: the maps of all members, and the protocol that spreads them. */
import { ScuttlebuttCore, type ScuttlebuttEvent } from '@hearsay/anti-entropy';
import type { MapDelta, NodeId, Outbox, Rng, WallClock } from '@hearsay/core';
import { type MemberTable, NodeState, type StateChange } from '@hearsay/membership';
import type { StackConfig } from './config.ts';
import type { StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;

/** What of it an application may ask for. */
export type StateCommand =
  /** Throws what `NodeState.set` throws. */
  | { readonly type: 'state-set'; readonly key: string; readonly value: string }
  | { readonly type: 'state-delete'; readonly key: string };

/** Judges what peers send, and tells the owner what changed. */
export class StatePart {
  readonly state: NodeState;
  readonly sync: ScuttlebuttCore;
  readonly #table: MemberTable;
  readonly #wallClock: WallClock;
  #strangeCount = 0;

  constructor(deps: {
    config: StackConfig;
    self: { readonly name: NodeId; readonly generation: number };
    table: MemberTable;
    rng: Rng;
    wallClock: WallClock;
  }) {
    const { config, self, table, rng, wallClock } = deps;
    this.state = new NodeState({ config: config.state, self });
    this.sync = new ScuttlebuttCore({ config: config.stateSync, peers: table.peers, rng, maps: this.state });
    this.#table = table;
    this.#wallClock = wallClock;
  }

  /** Deltas about nobody whom we know as a member, since the start. They are asked for again when we do. */
  get strangeCount(): number {
    return this.#strangeCount;
  }

  command(command: StateCommand, out: StackOutbox): void {
    const { key } = command;
    const change = command.type === 'state-set' ? this.state.set(key, command.value) : this.state.delete(key);
    if (change !== undefined) this.#tell(change, undefined, out);
  }

  onEvent({ deltas, from }: ScuttlebuttEvent, nowMs: number, out: StackOutbox): void {
    for (const delta of deltas) this.#merge(delta, from, nowMs, out);
  }

  /** Forgets the state of members that are forgotten. Looks at every map. */
  forgetAbsent(out: StackOutbox): void {
    const absent = [...this.state.origins()].filter((origin) => this.#table.get(origin) === undefined);
    for (const origin of absent) for (const change of this.state.forget(origin)) this.#tell(change, undefined, out);
  }

  #merge(delta: MapDelta, from: NodeId, nowMs: number, out: StackOutbox): void {
    // Only of members, so that the member table's bound is ours, and nobody fills us with names.
    if (this.#table.get(delta?.origin) === undefined) {
      this.#strangeCount += 1;
      return;
    }
    const outcome = this.state.apply(delta, this.#wallClock.at(nowMs));
    if (outcome.kind === 'accepted') for (const change of outcome.changes) this.#tell(change, from, out);
    if (outcome.kind === 'refused') {
      out.notify({ type: 'state-refused', origin: delta.origin, reason: outcome.reason, from });
    }
  }

  #tell(change: StateChange, from: NodeId | undefined, out: StackOutbox): void {
    out.notify({ type: 'state-changed', ...change, from });
  }
}
