/**
 * Ownership in the stack: who owns which key, read from the member table and from node state.
 *
 *   a member comes or goes, or tells something else --> the ring is out of date --asked for--> made anew
 *                                                                              --settle timer--> what moved is told
 *
 * A ring is made when somebody asks, and what moved is worked out only while somebody watches: a cluster that does not
 * use the ring pays nothing for it.
 *
 * Who counts: members that are there, alive or suspect. One that comes and goes is left out while it is damped, so that
 * keys do not move with it each time; which nodes damp it may differ until it is quiet.
 * Slots stay with their members also while these are dead, as in Redis Cluster, until another one takes them.
 *
 * What we say of ourselves is noted beside the records of the store: a node that has those again in its next life owns
 * what it owned.
 */
import type { NodeId, Outbox } from '@hearsay/core';
import { isPresent, type MemberTable, type NodeState } from '@hearsay/membership';
import {
  formatSlotClaim,
  formatTokenClaim,
  type MovedRange,
  type MovedSlots,
  movedRanges,
  movedSlots,
  parseSlotClaim,
  pendingOwnersOf,
  RING_DEFAULTS,
  type RingConfig,
  type RingInput,
  RingReader,
  type RingReading,
  SCHEMA_KEY,
  type SchemaAgreement,
  SLOTS_KEY,
  SlotMap,
  type SlotMember,
  schemaAgreement,
  TOKENS_KEY,
} from '@hearsay/ring';
import type { StoreEngine } from '@hearsay/store';
import type { StackConfig } from './config.ts';
import type { StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';
import type { Protocols } from './protocols.ts';
import type { StatePart } from './state-part.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;

/** Works out what moved. */
export interface RingTimer {
  readonly type: 'settle';
}

/** What moved since it was last told. Only while somebody watches. */
export interface RingChanged {
  readonly type: 'ring-changed';
  readonly ranges: readonly MovedRange[];
  readonly slots: readonly MovedSlots[];
}

/** Who has not said how many tokens it has, has the default number. The same on every node, whatever its own is. */
const TOKENS_UNLESS_TOLD = formatTokenClaim({ status: 'normal', tokens: RING_DEFAULTS.tokenCount });
const RING_KEY_PREFIX = 'ring.';
const KEPT_KEYS: readonly string[] = [TOKENS_KEY, SLOTS_KEY, SCHEMA_KEY];
const NOTE_PREFIX = 'state/';
/** Member events after which somebody else may own something. */
const MOVING_EVENTS: ReadonlySet<StackEvent['type']> = new Set([
  ...(['member-joined', 'member-updated', 'member-left', 'member-failed', 'member-recovered'] as const),
  ...(['member-damped', 'member-reused', 'left', 'joined'] as const),
]);

/** Reads, and tells what moved. Its queries are the same on all nodes that have heard the same. */
export class RingPart {
  readonly #config: Readonly<RingConfig>;
  readonly #settleMs: number;
  readonly #self: NodeId;
  readonly #table: MemberTable;
  readonly #state: NodeState;
  readonly #isDamped: (name: NodeId) => boolean;
  /** Where it writes: our own node state. */
  readonly #own: Pick<StatePart, 'command'>;
  readonly #notes: Pick<StoreEngine, 'note' | 'setNote'> | undefined;
  readonly #reader: RingReader;
  /** Undefined while out of date. */
  #reading: RingReading | undefined;
  #slots: SlotMap | undefined;
  /** What watchers were told last; undefined while nobody watches. */
  #told: { readonly reading: RingReading; readonly slots: SlotMap } | undefined;
  #isSettling = false;

  constructor(deps: {
    config: StackConfig;
    self: NodeId;
    protocols: Protocols;
    own: Pick<StatePart, 'command'>;
    notes: Pick<StoreEngine, 'note' | 'setNote'> | undefined;
  }) {
    const { config, self, protocols, own, notes } = deps;
    this.#config = config.ring;
    this.#settleMs = config.limits.ringSettleMs;
    this.#self = self;
    this.#table = protocols.table;
    this.#state = protocols.state;
    this.#isDamped = (name) => protocols.swim.flaps.isDamped(name);
    this.#own = own;
    this.#notes = notes;
    this.#reader = new RingReader(config.ring);
  }

  /** The rings that are and that will be. */
  get reading(): RingReading {
    this.#reading ??= this.#reader.read(this.#inputs());
    return this.#reading;
  }

  /** What we have said of our tokens, as it stands in node state. */
  get ownTokens(): string | undefined {
    return this.#state.get(this.#self, TOKENS_KEY);
  }

  get slots(): SlotMap {
    this.#slots ??= new SlotMap(this.#slotMembers());
    return this.#slots;
  }

  /** Of the members that are there. */
  get schema(): SchemaAgreement {
    const names = [...this.#presentNames()];
    return schemaAgreement(names.map((name) => ({ name, schema: this.#state.get(name, SCHEMA_KEY) })));
  }

  ownersOf(key: string | Uint8Array, count: number = this.#config.replicaCount): string[] {
    return this.reading.current.ownersOf(key, count);
  }

  /** Who is going to own a key and does not yet. */
  pendingOwnersOf(key: string | Uint8Array, count: number = this.#config.replicaCount): string[] {
    return pendingOwnersOf(this.reading, key, count);
  }

  /** Says again what we said in the life before, and how many tokens are ours unless others take it for granted. */
  start(out: StackOutbox): void {
    for (const key of KEPT_KEYS) {
      const value = this.#notes?.note(NOTE_PREFIX + key) ?? '';
      if (value !== '') this.#own.command({ type: 'state-set', key, value }, out);
    }
    const { tokenCount } = this.#config;
    if (tokenCount === RING_DEFAULTS.tokenCount || this.ownTokens !== undefined) return;
    this.#own.command(
      { type: 'state-set', key: TOKENS_KEY, value: formatTokenClaim({ status: 'normal', tokens: tokenCount }) },
      out,
    );
  }

  /** From now on what moves is told. */
  watch(): void {
    this.#told ??= { reading: this.reading, slots: this.slots };
  }

  /** An event of the node on its way to the owner. */
  note(event: StackEvent, out: StackOutbox): void {
    const isOfState = event.type === 'state-changed';
    if (isOfState ? !event.key.startsWith(RING_KEY_PREFIX) : !MOVING_EVENTS.has(event.type)) return;
    if (isOfState && event.origin === this.#self) this.#keep(event.key, event.value);
    this.#reading = undefined;
    if (!isOfState || event.key === SLOTS_KEY) this.#slots = undefined;
    const mayCollide = isOfState && event.key === SLOTS_KEY && this.#state.get(this.#self, SLOTS_KEY) !== undefined;
    if (this.#told !== undefined || mayCollide) this.#settle(out);
  }

  onSettled(out: StackOutbox): void {
    this.#isSettling = false;
    this.#settleCollision(out);
    const told = this.#told;
    if (told === undefined) return;
    this.#told = { reading: this.reading, slots: this.slots };
    const ranges = movedRanges(told.reading.current, this.reading.current, this.#config.replicaCount);
    const slots = movedSlots(told.slots, this.slots);
    if (ranges.length + slots.length > 0) out.notify({ type: 'ring-changed', ranges, slots });
  }

  #keep(key: string, value = ''): void {
    if (KEPT_KEYS.includes(key)) this.#notes?.setNote(NOTE_PREFIX + key, value);
  }

  #settle(out: StackOutbox): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    out.schedule({ protocol: 'ring', timer: { type: 'settle' } }, this.#settleMs);
  }

  /** Two that claim slots with one epoch would never know who is right; one of them moves on. [RedisCluster] */
  #settleCollision(out: StackOutbox): void {
    const epoch = this.slots.epochAfterCollision(this.#self);
    if (epoch === undefined) return;
    // What another one has by now is not claimed again: it would be ours with the new epoch.
    const ranges = this.slots.rangesOf(this.#self);
    this.#own.command({ type: 'state-set', key: SLOTS_KEY, value: formatSlotClaim({ epoch, ranges }) }, out);
  }

  *#inputs(): Generator<RingInput> {
    for (const name of this.#presentNames()) {
      const { zone = '', generation = 0 } = this.#table.get(name) ?? {};
      if (this.#isDamped(name)) continue;
      yield { name, zone, generation, tokens: this.#state.get(name, TOKENS_KEY) ?? TOKENS_UNLESS_TOLD };
    }
  }

  *#slotMembers(): Generator<SlotMember> {
    for (const name of this.#state.origins()) {
      const claim = parseSlotClaim(this.#state.get(name, SLOTS_KEY) ?? '');
      if (claim !== undefined && this.#table.get(name)?.status !== 'left') yield { name, ...claim };
    }
  }

  *#presentNames(): Generator<NodeId> {
    for (const { claim } of this.#table.members()) if (isPresent(claim)) yield claim.name;
  }
}
