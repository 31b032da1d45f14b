/**
 * How far back everybody has seen everything: the floor. What ended before it may be dropped. [Wuu]
 *
 *   low(m)  = the least entry of m's knowledge, over the members       told by m, and valid for one life of m
 *   floor   = min(now - grace, low of every member), in steps, and never back
 *
 * A member that is dead holds the floor like any other, until it is forgotten, or is declared left: until then it may
 * come back with what it had. What returns after that is judged by `Knowledge`.
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
  /** The highest floor that a peer has: it has had the word of all members for it. */
  #offeredMs = 0;
  #refusedCount = 0;

  constructor(deps: { self: NodeId; config: Readonly<StoreConfig>; knowledge: Knowledge }) {
    this.#self = deps.self;
    this.#config = deps.config;
    this.#knowledge = deps.knowledge;
  }

  /** Floors of peers that were in the future of all clocks, since the start. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** A member tells what it has seen of all, and where its floor is. */
  hear(member: FloorMember, told: { readonly lowMs: number; readonly floorMs: number }, wallMs: number): void {
    this.#reports.set(member.name, { generation: member.generation, lowMs: told.lowMs });
    if (told.floorMs > this.highestMs(wallMs)) this.#refusedCount += 1;
    else this.#offeredMs = Math.max(this.#offeredMs, told.floorMs);
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
    const stepMs = this.#config.floorStepMs;
    const floorMs = Math.max(this.#offeredMs, Math.floor(heldAtMs / stepMs) * stepMs);
    return { floorMs, heldBy, heldAtMs };
  }

  /** No honest floor is higher, whatever its owner's clock says: clocks that differ by more than that are refused. */
  highestMs(wallMs: number): number {
    return wallMs - this.#config.floorGraceMs / 2;
  }

  #forgetStrangers(members: readonly FloorMember[]): void {
    const names = new Set(members.map(({ name }) => name));
    for (const name of this.#reports.keys()) {
      if (!names.has(name)) this.#reports.delete(name);
    }
  }
}
