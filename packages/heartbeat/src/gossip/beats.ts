/** The heartbeats of the members as far as we have heard them. */
import type { NodeId } from '@hearsay/core';
import { type Claim, type Evidence, isPresent, type MemberTable } from '@hearsay/membership';
import { ArrivalWindow } from '../phi/arrival-window.ts';
import type { PhiConfig } from '../phi/config.ts';
import { type HeartbeatConfig, UINT32_MAX } from './config.ts';
import type { Held } from './exchange.ts';

/** One member in one life. */
export interface Beat extends Held {
  readonly generation: number;
  /** The highest that we have heard of; 0 before the first. */
  heartbeat: number;
  readonly window: ArrivalWindow;
  /** Sequence of the last echo that we sent; undefined once it was answered, and before. */
  echo: number | undefined;
  /** Whether it has answered us since it was last found dead, or since its life began. */
  isConfirmed: boolean;
  /** The case against it, once it is convicted. */
  evidence: Evidence | undefined;
}

/** What became of a heartbeat. */
export type BeatOutcome = 'advanced' | 'known' | 'refused';

/** At most one per member of the table, ourselves aside. */
export class Beats {
  readonly #config: Readonly<HeartbeatConfig>;
  readonly #phi: Readonly<PhiConfig>;
  readonly #table: MemberTable;
  readonly #beats = new Map<NodeId, Beat>();

  constructor(config: Readonly<HeartbeatConfig>, phi: Readonly<PhiConfig>, table: MemberTable) {
    this.#config = config;
    this.#phi = phi;
    this.#table = table;
  }

  get(name: NodeId): Beat | undefined {
    return this.#beats.get(name);
  }

  entries(): IterableIterator<[NodeId, Beat]> {
    return this.#beats.entries();
  }

  /** What we hold of a member, also when we have heard no heartbeat of it; undefined when it is no member or gone. */
  heldOf(name: NodeId): Held | undefined {
    const claim = this.#table.get(name);
    if (claim === undefined || !isPresent(claim)) return undefined;
    const beat = this.#beats.get(name);
    return beat?.generation === claim.generation ? beat : { generation: claim.generation, heartbeat: 0 };
  }

  /** Begins to listen to a member in a life of it. Undefined when we do already. */
  begin({ name, generation }: Claim, nowMs: number): Beat | undefined {
    if (this.#beats.get(name)?.generation === generation) return undefined;
    const window = new ArrivalWindow(this.#phi, nowMs);
    const isConfirmed = !this.#config.requiresEcho;
    const beat: Beat = { generation, heartbeat: 0, window, echo: undefined, isConfirmed, evidence: undefined };
    this.#beats.set(name, beat);
    return beat;
  }

  /** Takes a heartbeat of a life that we listen to. The first is taken as it is: nothing says where it stands. */
  note(beat: Beat, heartbeat: number, nowMs: number): BeatOutcome {
    if (!isHeartbeat(heartbeat)) return 'refused';
    if (heartbeat <= beat.heartbeat) return 'known';
    if (beat.heartbeat > 0 && heartbeat > this.#highestPlausible(beat, nowMs)) return 'refused';
    const isFirst = beat.heartbeat === 0;
    beat.heartbeat = heartbeat;
    // The time from when we heard of the member to its first heartbeat says nothing about how it beats.
    if (isFirst) beat.window.restart(nowMs);
    else beat.window.note(nowMs);
    return 'advanced';
  }

  /** Forgets who is in the table no longer, or has left. */
  forgetGone(): void {
    for (const name of this.#beats.keys()) {
      const claim = this.#table.get(name);
      if (claim === undefined || !isPresent(claim)) this.#beats.delete(name);
    }
  }

  #highestPlausible({ heartbeat, window }: Beat, nowMs: number): number {
    const roundCount = Math.ceil(window.silentMs(nowMs) / this.#config.gossipIntervalMs);
    return heartbeat + roundCount + this.#config.heartbeatJumpMax;
  }
}

/** Whether a number from outside may be a heartbeat. */
export function isHeartbeat(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}
