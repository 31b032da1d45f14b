/** What a node remembers of rumors: which ones it has seen, those of the last minutes themselves, and what time it is. */
import type { NodeId, SizeOf, WallClock } from '@hearsay/core';
import type { RumorConfig } from './config.ts';
import type { Rumor, RumorId } from './rumor.ts';
import { isExpired, RumorLog, retentionCutoffMs, slotMsOf } from './rumor-log.ts';
import { publishedMsOf } from './rumor-order.ts';
import { SeenRumors } from './seen-rumors.ts';

/**
 * What a rumor is to us: `new`; `seen` before, or our own; `over`, or it may have been seen in a life that is forgotten;
 * or `replaced` by a newer one of the same topic and key.
 */
export type Novelty = 'new' | 'seen' | 'over' | 'replaced';

/** What a memory is made of. */
export interface MemoryDeps {
  readonly config: Readonly<RumorConfig>;
  readonly self: NodeId;
  readonly sizeOf: SizeOf<Rumor>;
  readonly wallClock: WallClock | undefined;
}

/** Without a wall clock nothing is logged, and nothing is ever over. */
export class RumorMemory {
  readonly seen: SeenRumors;
  readonly log: RumorLog;
  readonly #config: Readonly<RumorConfig>;
  readonly #self: NodeId;
  readonly #wallClock: WallClock | undefined;
  /** Of what we published last: our stamps never fall. */
  #ownStampMs = 0;
  #earlyCount = 0;

  constructor({ config, self, sizeOf, wallClock }: MemoryDeps) {
    this.seen = new SeenRumors(config);
    this.log = new RumorLog(config, sizeOf);
    this.#config = config;
    this.#self = self;
    this.#wallClock = wallClock;
  }

  /** Whether it names a rumor of ours, of this life or an earlier one. */
  isOwn({ origin }: RumorId): boolean {
    return origin === this.#self;
  }

  has(id: RumorId): boolean {
    return this.seen.has(id);
  }

  /** Rumors that were not logged because they come from a clock too far ahead, since the start. */
  get earlyCount(): number {
    return this.#earlyCount;
  }

  /** Whether anything is remembered that time will take away. */
  get isPerishable(): boolean {
    return this.#wallClock !== undefined && (this.log.size > 0 || this.seen.lifeCount > 0);
  }

  /** Says when a rumor of our own was published: not before the last one, nor before one that it is to replace. */
  stamped(rumor: Rumor, nowMs: number): Rumor {
    if (this.#wallClock === undefined || rumor.publishedAtMs !== undefined) return rumor;
    const heldMs = this.log.newestOf(rumor)?.publishedAtMs ?? 0;
    this.#ownStampMs = Math.max(this.#ownStampMs, Math.floor(this.#wallClock.at(nowMs)), heldMs + 1);
    return { ...rumor, publishedAtMs: this.#ownStampMs };
  }

  /**
   * What a legal rumor is to us, which a peer has told us or we have published. What a peer tells us under our own name
   * is old news. Not even its number is noted: a peer that invents numbers for us would otherwise stop us from
   * publishing under them.
   */
  noveltyOf(rumor: Rumor, from: NodeId | undefined, nowMs: number): Novelty {
    if ((from !== undefined && rumor.id.origin === this.#self) || this.seen.has(rumor.id)) return 'seen';
    if (this.isOver(rumor, nowMs)) return 'over';
    return this.log.successorOf(rumor) === undefined ? 'new' : 'replaced';
  }

  /** Whether it is too late for a rumor that we have not seen, as far as we remember. */
  isOver(rumor: Rumor, nowMs: number): boolean {
    if (this.#wallClock === undefined || rumor.publishedAtMs === undefined) return false;
    if (isExpired(rumor, this.#wallClock.at(nowMs), this.#config)) return true;
    return this.seen.mayHaveSeen(rumor.id, rumor.publishedAtMs);
  }

  /** From now on it is seen. */
  note(rumor: Rumor, nowMs: number): void {
    const wallMs = this.#wallClock?.at(nowMs) ?? 0;
    const publishedAtMs = Math.min(rumor.publishedAtMs ?? wallMs, wallMs + this.#config.clockSkewMsMax);
    this.seen.add(rumor.id, { publishedAtMs, nowMs });
  }

  /**
   * Into the log, unless it comes from a clock too far ahead: it would stay there for as long as it likes. Returns the
   * rumor of the same topic and key that it replaced there.
   */
  keep(rumor: Rumor, nowMs: number, via: 'spread' | 'log'): Rumor | undefined {
    if (this.#wallClock === undefined) return undefined;
    const wallMs = this.#wallClock.at(nowMs);
    if (publishedMsOf(rumor) <= wallMs + this.#config.clockSkewMsMax) return this.log.add(rumor, wallMs, via);
    this.#earlyCount += 1;
    return undefined;
  }

  /** Lets the log offer what has had its time to spread. */
  offerDue(nowMs: number): void {
    if (this.#wallClock !== undefined) this.log.offerDue(this.#wallClock.at(nowMs));
  }

  /** Until the next moment at which everybody takes up what is due. */
  msToOffer(nowMs: number): number {
    const { logStepMs } = this.#config;
    return logStepMs - ((this.#wallClock?.at(nowMs) ?? nowMs) % logStepMs);
  }

  /** Forgets what is over. */
  expire(nowMs: number): void {
    if (this.#wallClock === undefined) return;
    const wallMs = this.#wallClock.at(nowMs);
    this.log.expire(wallMs);
    this.seen.forget(retentionCutoffMs(wallMs, this.#config), nowMs);
  }

  /** Until the moment at which everybody forgets. */
  msToExpire(nowMs: number): number {
    const slotMs = slotMsOf(this.#config);
    const intoSlotMs = ((this.#wallClock?.at(nowMs) ?? nowMs) - this.#config.rumorRetentionMs) % slotMs;
    return slotMs - ((intoSlotMs + slotMs) % slotMs);
  }
}
