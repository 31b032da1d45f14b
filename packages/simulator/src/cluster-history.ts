/**
 * The true history of a cluster: every life, every mutation of every table and store in the order in which they
 * happened, every event and every packet. Nothing hides between two samples, because nothing is sampled.
 */
import type { NodeId } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { Packet, StackCore, StackEvent } from '@hearsay/stack';
import type { StoreRecord } from '@hearsay/store';
import type { Checker } from './checker.ts';
import { Violation } from './checker.ts';
import type { ClusterSimulation } from './cluster.ts';
import type { TracedSend } from './trace.ts';

/** One life of one node, as the world sees it. */
export interface Life {
  readonly name: NodeId;
  readonly id: NodeId;
  /** 1 for the first life of the node. */
  readonly number: number;
  readonly core: StackCore;
  /** All that it holds, claims by name and records by key; kept apart from its own tables. */
  readonly claims: ReadonlyMap<NodeId, Claim>;
  readonly records: ReadonlyMap<string, StoreRecord>;
  /** What its own clock shows. */
  nowMs(): number;
}

/** A mutation of a replica. `undefined` stands for nothing there. */
export interface Change<R> {
  readonly timeMs: number;
  /** Whose replica it is. */
  readonly at: Life;
  readonly key: string;
  readonly before: R | undefined;
  readonly after: R | undefined;
}

/** A checker of clusters: it is told of the history while it happens. */
export interface ClusterChecker extends Checker {
  onLife?(life: Life): void;
  onClaim?(change: Change<Claim>): void;
  onRecord?(change: Change<StoreRecord>): void;
  onEvent?(life: Life, event: StackEvent, timeMs: number): void;
  onSend?(send: TracedSend, packet: Packet, timeMs: number): void;
  /** After an input, when all its mutations have been told. */
  onStep?(life: Life, timeMs: number): void;
}

/** A life, while it is written. */
interface WrittenLife extends Life {
  readonly claims: Map<NodeId, Claim>;
  readonly records: Map<string, StoreRecord>;
}

/** Tells the history to checkers. Made before the first node starts. */
export class ClusterHistory {
  readonly #cluster: ClusterSimulation;
  readonly #checkers: readonly ClusterChecker[];
  readonly #lives = new Map<NodeId, WrittenLife>();

  constructor(cluster: ClusterSimulation, checkers: readonly ClusterChecker[]) {
    const { world } = cluster;
    this.#cluster = cluster;
    this.#checkers = checkers;
    cluster.onStart((name) => this.#begin(name));
    world.onEvent((timeMs, id, event) => {
      const life = this.#lives.get(id);
      if (life !== undefined) for (const checker of checkers) checker.onEvent?.(life, event, timeMs);
    });
    world.onInput((timeMs, id) => {
      const life = this.#lives.get(id);
      for (const checker of checkers) {
        checker.onInput?.(timeMs, id);
        if (life !== undefined) checker.onStep?.(life, timeMs);
      }
    });
    world.onSend((timeMs, send, packet) => {
      for (const checker of checkers) checker.onSend?.(send, packet, timeMs);
    });
  }

  /** The present or, if it is down, the last life at every address that was used. */
  get lives(): readonly Life[] {
    return [...this.#lives.values()];
  }

  /** The last look of all. */
  end(): void {
    for (const checker of this.#checkers) checker.onEnd?.(this.#cluster.world.nowMs);
  }

  #begin(name: NodeId): void {
    const { world } = this.#cluster;
    const id = this.#cluster.addressOf(name);
    const { core, life: number } = world.node(id);
    const life: WrittenLife = {
      name,
      id,
      number,
      core,
      claims: new Map(),
      records: new Map(),
      nowMs: () => world.node(id).nowMs,
    };
    this.#lives.set(id, life);
    for (const checker of this.#checkers) checker.onLife?.(life);
    // It knew itself before anybody could watch.
    for (const { claim } of core.table.members()) this.#onClaim(life, claim.name, claim);
    for (const key of core.store.keys()) this.#onRecord(life, key, core.store.get(key));
    core.table.observe((key, claim) => this.#onClaim(life, key, claim));
    core.store.observe((key, record) => this.#onRecord(life, key, record));
  }

  #onClaim(at: WrittenLife, key: NodeId, after: Claim | undefined): void {
    const before = at.claims.get(key);
    const change = { timeMs: this.#cluster.world.nowMs, at, key, before, after };
    for (const checker of this.#checkers) checker.onClaim?.(change);
    if (after === undefined) at.claims.delete(key);
    else at.claims.set(key, after);
  }

  #onRecord(at: WrittenLife, key: string, after: StoreRecord | undefined): void {
    const before = at.records.get(key);
    const change = { timeMs: this.#cluster.world.nowMs, at, key, before, after };
    for (const checker of this.#checkers) checker.onRecord?.(change);
    if (after === undefined) at.records.delete(key);
    else at.records.set(key, after);
  }
}

/** Throws unless `holds`. */
export function must(checker: Checker, holds: boolean, detail: () => string): void {
  if (!holds) throw new Violation(checker.name, detail());
}
