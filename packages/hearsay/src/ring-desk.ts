/** Ownership for the application: who owns which key, and our own part of it. */
import { ConfigError, type NodeId, utf8Bytes } from '@hearsay/core';
import {
  formatSlotClaim,
  formatSlotRanges,
  formatTokenClaim,
  keySlot,
  murmur3Token,
  nextTokenClaim,
  parseSlotRanges,
  parseTokenClaim,
  pendingRanges,
  SCHEMA_KEY,
  SLOTS_KEY,
  type SlotMap,
  statusesAfter,
  TOKEN_MAX,
  TOKEN_MIN,
  TOKENS_KEY,
  type TokenRing,
  type TokenStatus,
  type Tokens,
} from '@hearsay/ring';
import type { RingPart } from '@hearsay/stack';
import { movedTokens } from './convert.ts';
import type { Engine } from './engine.ts';
import type { EventStream } from './event-stream.ts';
import type { MovedTokens, RingChanged } from './events.ts';
import type { KeyPlace, NodeRing, RingShare, SchemaVersions, SlotHolder, TokenHolder, Wait } from './ring.ts';

/** All tokens there are. */
const TOKEN_COUNT = 2n ** 64n;
const TOKEN_BITS = 64;

/** Reads are local; what is ours is node state. */
export class RingDesk implements NodeRing {
  readonly #engine: Engine;
  readonly #events: EventStream;

  constructor(engine: Engine, events: EventStream) {
    this.#engine = engine;
    this.#events = events;
  }

  ownersOf(key: string | Uint8Array, count?: number): readonly NodeId[] {
    return this.#ring.ownersOf(key, count);
  }

  locate(key: string | Uint8Array, count?: number): KeyPlace {
    const slot = keySlot(key);
    return Object.freeze({
      token: String(murmur3Token(typeof key === 'string' ? utf8Bytes(key) : key)),
      owners: this.#ring.ownersOf(key, count),
      pending: this.#ring.pendingOwnersOf(key, count),
      slot,
      slotOwner: this.#ring.slots.ownerOf(slot),
    });
  }

  shares(): readonly RingShare[] {
    return sharesOf(this.#ring.reading.current);
  }

  tokens(): readonly TokenHolder[] {
    return [...this.#ring.reading.current.entries()].map(({ token, name }) => ({ token: String(token), name }));
  }

  slots(): readonly SlotHolder[] {
    return holdersOf(this.#ring.slots);
  }

  pending(): readonly MovedTokens[] {
    return pendingRanges(this.#ring.reading, this.#engine.config.ring.replicaCount).map(movedTokens);
  }

  schema(): SchemaVersions {
    const { versions, isAgreed } = this.#ring.schema;
    return Object.freeze({ versions: Object.fromEntries(versions), isAgreed });
  }

  setTokens(status: TokenStatus, tokens?: Tokens): void {
    const { tokenCount, tokenCountMax } = this.#engine.config.ring;
    const held = parseTokenClaim(this.#ring.ownTokens ?? '', tokenCountMax);
    const legal = statusesAfter(held?.status);
    const value = formatTokenClaim(nextTokenClaim(held ?? { status: 'normal', tokens: tokenCount }, status, tokens));
    const problems = [
      ...(legal.includes(status) ? [] : [`status: after ${held?.status} use one of ${legal.join(', ')}`]),
      ...(status === 'moving' && tokens === undefined ? ['tokens: say where to move'] : []),
      ...(parseTokenClaim(value, tokenCountMax) === undefined
        ? [`tokens: use a number of 0 to ${tokenCountMax}, or a list of so many of ${TOKEN_MIN} to ${TOKEN_MAX}`]
        : []),
    ];
    if (problems.length > 0) throw new ConfigError('setTokens', problems);
    this.#write(TOKENS_KEY, value);
  }

  claimSlots(text: string): void {
    const ranges = parseSlotRanges(text);
    if (ranges === undefined) {
      throw new ConfigError('claimSlots', ['ranges: use slots of 0 to 16383 in order, such as 0-5460,10923']);
    }
    this.#write(SLOTS_KEY, formatSlotClaim({ epoch: this.#ring.slots.nextEpoch(), ranges }));
  }

  setSchema(digest: string): void {
    this.#write(SCHEMA_KEY, digest);
  }

  async schemaAgreed({ timeoutMs, signal }: Wait = {}): Promise<boolean> {
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const reader = this.#events.read(AbortSignal.any([timeout, signal].filter((one) => one !== undefined)));
    if (this.#ring.schema.isAgreed) return true;
    for await (const _ of reader) if (this.#ring.schema.isAgreed) return true;
    signal?.throwIfAborted();
    return false;
  }

  async *watch({ signal }: { signal?: AbortSignal | undefined } = {}): AsyncGenerator<RingChanged, undefined> {
    const reader = this.#events.read(signal);
    this.#engine.command({ type: 'ring-watch' });
    for await (const event of reader) if (event.type === 'ring-changed') yield event;
    return undefined;
  }

  get #ring(): RingPart {
    return this.#engine.stack.ring;
  }

  #write(key: string, value: string): void {
    this.#engine.command({ type: 'state-set', key, value });
  }
}

/** How much of the ring each member owns; together 1. */
function sharesOf(ring: TokenRing): RingShare[] {
  const widths = new Map<string, bigint>();
  for (const { range, owners } of ring.ranges(1)) {
    const [owner = ''] = owners;
    // A ring of one token is all of it, not nothing.
    const width = range.start === range.end ? TOKEN_COUNT : BigInt.asUintN(TOKEN_BITS, range.end - range.start);
    widths.set(owner, (widths.get(owner) ?? 0n) + width);
  }
  return ring.members.map(({ name, zone, tokens }) => {
    const share = Number(widths.get(name) ?? 0n) / Number(TOKEN_COUNT);
    return { name, zone, tokenCount: tokens.length, share };
  });
}

function holdersOf(slots: SlotMap): SlotHolder[] {
  return slots.members.map(({ name, epoch }) => ({ name, epoch, slots: formatSlotRanges(slots.rangesOf(name)) }));
}
