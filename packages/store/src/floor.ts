/**
 * How far back everybody has seen everything: the floor. What ended before it may be dropped. [Wuu]
 *
 *   low(m)  = the least entry of m's knowledge, over the members       told by m, and valid for one life of m
 *   floor   = min(now - grace, low of every member), in steps, and never back
 *
 * A member that is dead holds the floor like any other, until it is forgotten, or is declared left: until then it may
 * come back with what it had. What returns after that is judged by `Knowledge`. A node that starts again and has not
 * found its members yet waits for those that it had.
 *
 * Each node computes its own. A peer's floor is no word for ours: it may know fewer members.
 */
import type { NodeId } from '@hearsay/core';
import type { StoreConfig } from './config.ts';
import type { Knowledge } from './knowledge.ts';

/** Whom the floor waits for: every member but those that have left. */
export interface FloorMember {
  readonly name: NodeId;
  /** Which life of it: what an earlier one had seen, this one may have lost. */
  readonly generation: number;
}

/** Where the floor may go, and who keeps it from going further. */
export interface FloorOutlook {
  readonly floorMs: number;
  /** `undefined` when only the grace holds it. */
  readonly heldBy: NodeId | undefined;
  /** What the holder has seen, or 0 when it has not told. */
  readonly heldAtMs: number;
}

interface Report {
  readonly generation: number;
  readonly lowMs: number;
}

/** One node's view of everybody's knowledge. Reports of those who are no members any more are dropped by `outlook`. */
export class FloorKeeper {
  readonly #self: NodeId;
  readonly #config: Readonly<StoreConfig>;
  readonly #knowledge: Knowledge;
  readonly #reports = new Map<NodeId, Report>();
  /** Members of the last life that have not been met in this one. */
  readonly #missed: Set<NodeId>;
  /** Until when they are waited for; `undefined` before the first look. */
  #missedUntilMs: number | undefined;

  constructor(deps: {
    self: NodeId;
    config: Readonly<StoreConfig>;
    knowledge: Knowledge;
    /** Names of the members when the last life of this node ended. */
    missed?: Iterable<NodeId> | undefined;
  }) {
    this.#self = deps.self;
    this.#config = deps.config;
    this.#knowledge = deps.knowledge;
    this.#missed = new Set(deps.missed);
  }

  /** A member tells the least that it has seen of any. */
  hear({ name, generation }: FloorMember, lowMs: number): void {
    this.#reports.set(name, { generation, lowMs });
  }

  /** A member of the last life is here again, or has left. */
  meet(name: NodeId): void {
    this.#missed.delete(name);
  }

  /** The least that we have seen of any member. Everything, when there is nobody else. */
  lowMs(members: readonly FloorMember[], wallMs: number): number {
    let lowMs = wallMs;
    for (const { name } of members) {
      if (name !== this.#self) lowMs = Math.min(lowMs, this.#knowledge.throughMs(name));
    }
    return lowMs;
  }

  /** Where the floor may be now. */
  outlook(members: readonly FloorMember[], wallMs: number): FloorOutlook {
    this.#forgetStrangers(members);
    let heldBy: NodeId | undefined;
    let heldAtMs = wallMs - this.#config.floorGraceMs;
    const holds = (name: NodeId, lowMs: number): void => {
      if (lowMs >= heldAtMs) return;
      heldAtMs = lowMs;
      heldBy = name;
    };
    for (const { name, generation } of members) {
      if (name === this.#self) continue;
      holds(name, this.#knowledge.throughMs(name));
      const report = this.#reports.get(name);
      holds(name, report?.generation === generation ? report.lowMs : 0);
    }
    for (const name of this.#missedAt(wallMs)) holds(name, 0);
    const stepMs = this.#config.floorStepMs;
    return { floorMs: Math.floor(heldAtMs / stepMs) * stepMs, heldBy, heldAtMs };
  }

  #missedAt(wallMs: number): ReadonlySet<NodeId> {
    this.#missedUntilMs ??= wallMs + this.#config.missedMemberMs;
    if (wallMs >= this.#missedUntilMs) this.#missed.clear();
    return this.#missed;
  }

  #forgetStrangers(members: readonly FloorMember[]): void {
    const names = new Set(members.map(({ name }) => name));
    for (const name of this.#reports.keys()) {
      if (!names.has(name)) this.#reports.delete(name);
    }
  }
}
