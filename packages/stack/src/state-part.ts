/** Node state in the stack: the maps of all members, and the protocol that spreads them. */
import type { ScuttlebuttCommand, ScuttlebuttEvent, ScuttlebuttMessage, ScuttlebuttTimer } from '@hearsay/anti-entropy';
import type { MapDelta, NodeId, Outbox, WallClock } from '@hearsay/core';
import type { MemberTable, NodeState, StateChange } from '@hearsay/membership';
import { Child } from './child.ts';
import type { Composer } from './composer.ts';
import type { StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';
import type { Protocols } from './protocols.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;

type StateChanged = StackEvent & { readonly type: 'state-changed' };

/** An event of the protocol, waiting for its turn. */
export interface StateRouted {
  readonly protocol: 'state';
  readonly event: ScuttlebuttEvent;
}

/** What of it an application may ask for. */
export type StateCommand =
  /** Throws what `NodeState.set` throws. */
  | { readonly type: 'state-set'; readonly key: string; readonly value: string }
  | { readonly type: 'state-delete'; readonly key: string };

/** Judges what peers send, and tells the owner what changed. */
export class StatePart {
  readonly #state: NodeState;
  readonly #table: MemberTable;
  readonly #wallClock: WallClock;
  readonly #sync: Child<ScuttlebuttCommand, ScuttlebuttMessage, ScuttlebuttTimer, ScuttlebuttEvent>;
  readonly #onChange: (event: StateChanged, out: StackOutbox) => void;
  #strangeCount = 0;

  constructor(deps: {
    protocols: Protocols;
    composer: Composer;
    wallClock: WallClock;
    route: (event: StateRouted) => void;
    onChange: (event: StateChanged, out: StackOutbox) => void;
  }) {
    const { protocols, composer, wallClock, route, onChange } = deps;
    this.#onChange = onChange;
    this.#state = protocols.state;
    this.#table = protocols.table;
    this.#wallClock = wallClock;
    this.#sync = new Child(protocols.stateSync, {
      send: (to, message, via) => composer.add(to, { protocol: 'state', message }, via),
      wrapTimer: (timer) => ({ protocol: 'state', timer }),
      route: (event) => route({ protocol: 'state', event }),
    });
  }

  /** Deltas about nobody whom we know as a member, since the start. They are asked for again when we do. */
  get strangeCount(): number {
    return this.#strangeCount;
  }

  command(command: StateCommand, out: StackOutbox): void {
    const { key } = command;
    const change = command.type === 'state-set' ? this.#state.set(key, command.value) : this.#state.delete(key);
    if (change !== undefined) this.#tell(change, undefined, out);
  }

  /** To the protocol: begin, ask this peer, compare its root with ours. */
  ask(command: ScuttlebuttCommand, nowMs: number, out: StackOutbox): void {
    this.#sync.command(command, nowMs, out);
  }

  /** Only with members: a digest may ask for much more than it holds itself. */
  onMessage(from: NodeId, message: ScuttlebuttMessage, nowMs: number, out: StackOutbox): void {
    if (this.#table.get(from) !== undefined) this.#sync.message(from, message, nowMs, out);
  }

  onTimer(timer: ScuttlebuttTimer, nowMs: number, out: StackOutbox): void {
    this.#sync.timer(timer, nowMs, out);
  }

  onEvent({ deltas, from }: ScuttlebuttEvent, nowMs: number, out: StackOutbox): void {
    for (const delta of deltas) this.#merge(delta, from, nowMs, out);
  }

  /** Forgets the state of members that are forgotten. Looks at every map. */
  forgetAbsent(out: StackOutbox): void {
    const absent = [...this.#state.origins()].filter((origin) => this.#table.get(origin) === undefined);
    for (const origin of absent) for (const change of this.#state.forget(origin)) this.#tell(change, undefined, out);
  }

  #merge(delta: MapDelta, from: NodeId, nowMs: number, out: StackOutbox): void {
    // Only of members, so that the member table's bound is ours, and nobody fills us with names.
    if (this.#table.get(delta?.origin) === undefined) {
      this.#strangeCount += 1;
      return;
    }
    const outcome = this.#state.apply(delta, this.#wallClock.at(nowMs));
    if (outcome.kind === 'accepted') for (const change of outcome.changes) this.#tell(change, from, out);
    if (outcome.kind === 'refused') {
      out.notify({ type: 'state-refused', origin: delta.origin, reason: outcome.reason, from });
    }
  }

  #tell(change: StateChange, from: NodeId | undefined, out: StackOutbox): void {
    const event = { type: 'state-changed', ...change, from } as const;
    this.#onChange(event, out);
    out.notify(event);
  }
}
