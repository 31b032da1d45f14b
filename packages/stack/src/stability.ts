/**
 * Decides with the peers when tombstones go: what has been seen of whom, where the floor is, and who holds it. [Wuu]
 *
 *   a complete session, or a ping with an equal digest --> seen of that peer, up to the stamp that it gave before, but for what it had lost of its own
 *   everybody's low, on pings --> the floor --> the store drops what ended below it
 *
 * The judgement is in `@hearsay/store`; here is what it learns from the network.
 */
import type { SessionEnded, SessionOwner } from '@hearsay/anti-entropy';
import { NOTE_BYTES_MAX } from '@hearsay/anti-entropy';
import type { NodeId } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';
import type { FloorMember, FloorOutlook, KnowledgeEntry, Store, StoreConfig, StoreRecord } from '@hearsay/store';
import { decodeKnowledge, decodeStamp, encodeKnowledge, encodeStamp, FloorKeeper, type Gap } from '@hearsay/store';
import type { StabilityMessage } from './stability-messages.ts';

/** Digits of a store's digest on a ping: 64 bits, so that contents which differ are never taken for equal. */
export const ROOT_DIGIT_COUNT = 16;
/** Sessions with a refused record that are remembered at once. Source: guess, sixteen per open session. */
const SPOILT_COUNT_MAX = 1_024;
/** Members of whom a session tells what was seen. Source: guess, about 1.5 KiB in a session that moved records. */
const NOTED_COUNT_MAX = 64;

/** What a stability is made of. */
export interface StabilityDeps {
  readonly self: NodeId;
  readonly config: Readonly<StoreConfig>;
  readonly clockSkewMsMax: number;
  readonly store: Store;
  readonly table: MemberTable;
}

/** One per stack. It is the owner of the store's sessions. */
export class Stability implements SessionOwner<StoreRecord> {
  readonly #skewMsMax: number;
  readonly #store: Store;
  readonly #table: MemberTable;
  readonly #floor: FloorKeeper;
  /** Sessions in which a record was refused: we do not hold what the peer holds. The oldest goes first. */
  readonly #spoilt = new Set<number>();
  #wallMs = 0;
  #outlook: FloorOutlook = { floorMs: 0, heldBy: undefined, heldAtMs: 0 };

  constructor(deps: StabilityDeps) {
    this.#skewMsMax = deps.clockSkewMsMax;
    this.#store = deps.store;
    this.#table = deps.table;
    this.#floor = new FloorKeeper({
      self: deps.self,
      config: deps.config,
      knowledge: deps.store.knowledge,
      missed: deps.store.notedMembers,
    });
  }

  /** Who keeps the floor from rising, as of the last `advance`. */
  get outlook(): FloorOutlook {
    return this.#outlook;
  }

  /** The wall time of this step. To be told before anything else in it. */
  tell(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  // -- sessions ------------------------------------------------------------------------------------------------------

  stamp(): Uint8Array {
    const nowMs = this.#store.present(this.#wallMs);
    return encodeStamp(nowMs, this.#store.knowledge.ownGaps);
  }

  /** First of those whom the peer may not be able to ask itself: the dead, and those that are gone. */
  note(): Uint8Array {
    const entries = [...this.#store.knowledge.entries()];
    const isPresent = ([name]: KnowledgeEntry): number => Number(this.#table.get(name)?.status === 'alive');
    entries.sort((a, b) => isPresent(a) - isPresent(b) || b[1] - a[1]);
    return encodeKnowledge(entries.slice(0, NOTED_COUNT_MAX), NOTE_BYTES_MAX);
  }

  heard(): void {}

  offer(): 'push' {
    return 'push';
  }

  /** A record of this session was refused. */
  spoil(session: number): void {
    const [oldest] = this.#spoilt;
    if (this.#spoilt.size >= SPOILT_COUNT_MAX && oldest !== undefined) this.#spoilt.delete(oldest);
    this.#spoilt.add(session);
  }

  onSessionEnded({ peer, session, isComplete, stamp, note }: SessionEnded): void {
    const isSpoilt = this.#spoilt.delete(session);
    const said = decodeStamp(stamp);
    if (!isComplete || isSpoilt || said === undefined || !this.#isMember(peer)) return;
    // Of ourselves first: a peer that has what we had lost has just given it back.
    for (const [member, throughMs, gaps] of decodeKnowledge(note)) this.#learn(member, throughMs, gaps);
    this.#learn(peer, said.nowMs, said.gaps);
  }

  // -- pings ---------------------------------------------------------------------------------------------------------

  /** What rides on a ping. `undefined` while there is nothing to drop. `digest` is that of the store. */
  message(digest: () => string): StabilityMessage | undefined {
    return this.#store.droppableCount === 0 ? undefined : this.#told(digest());
  }

  /**
   * Takes note of what a member tells. One that waits for the floor gets our word at once when we have nothing to wait
   * for: it is not on our pings then.
   */
  onMessage(from: FloorMember, message: StabilityMessage, digest: string): StabilityMessage | undefined {
    if (message.root === digest.slice(0, ROOT_DIGIT_COUNT)) this.#learn(from.name, message.nowMs, message.gaps);
    this.#floor.hear(from, message.lowMs);
    return this.#store.droppableCount === 0 && message.isWaiting ? this.#told(digest) : undefined;
  }

  /** Lets the floor rise as far as it may. Returns whether more is waiting to be dropped. */
  advance(): boolean {
    if (this.#store.droppableCount === 0) return false;
    const members = this.#members();
    for (const name of this.#table.keys()) this.#floor.meet(name);
    this.#store.noteMembers(members.map(({ name }) => name));
    this.#outlook = this.#floor.outlook(members, this.#wallMs);
    return this.#store.raiseFloor(this.#outlook.floorMs);
  }

  #told(digest: string): StabilityMessage {
    const { droppableCount, floorMs } = this.#store;
    const nowMs = this.#store.present(this.#wallMs);
    const lowMs = this.#floor.lowMs(this.#members(), nowMs);
    const root = digest.slice(0, ROOT_DIGIT_COUNT);
    const gaps = this.#store.knowledge.ownGaps;
    const isWaiting = droppableCount > 0;
    return { type: 'stability', nowMs, lowMs, floorMs, root, isWaiting, ...(gaps.length === 0 ? {} : { gaps }) };
  }

  /** Which life of a member it is, or `undefined` when nobody waits for it. */
  generationOf(name: NodeId): number | undefined {
    const claim = this.#table.get(name);
    return claim === undefined || claim.status === 'left' ? undefined : claim.generation;
  }

  /** A time from the far future is no time of an honest clock. */
  #learn(member: NodeId, throughMs: number, gaps?: readonly Gap[]): void {
    if (throughMs <= this.#wallMs + this.#skewMsMax) this.#store.knowledge.learn(member, throughMs, gaps);
  }

  #members(): FloorMember[] {
    const members: FloorMember[] = [];
    for (const name of this.#table.keys()) {
      const claim = this.#table.get(name);
      if (claim !== undefined && claim.status !== 'left') members.push({ name, generation: claim.generation });
    }
    return members;
  }

  #isMember(name: NodeId): boolean {
    return this.generationOf(name) !== undefined;
  }
}
