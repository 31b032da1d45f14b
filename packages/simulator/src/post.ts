/** Carries messages: encodes, hands them to the network's dice, counts, and decodes what arrives. */
import type { NodeId, Rng, SizeOf, Via } from '@hearsay/core';
import type { Trace, TracedSend } from './trace.ts';
import { noTraffic, type Traffic, type TrafficCounts } from './traffic.ts';
import type { Fate, VirtualNetwork } from './virtual-network.ts';

/** Turns messages into bytes and back, as a real network would make it necessary. */
export interface SimulationCodec<M> {
  encode(message: M): Uint8Array;
  /** `undefined` when the bytes make no message: it is then lost and counted. Called once per arrival. */
  decode(bytes: Uint8Array): M | undefined;
}

/** How messages are measured and carried. */
export interface PostOptions<M> {
  /** Encoded size of a message in bytes. Without it, and without `codec`, bytes are not counted. */
  readonly sizeOf?: SizeOf<M>;
  /** Messages travel as bytes. Without it they are handed over as they are: a core must not change what it received. */
  readonly codec?: SimulationCodec<M>;
}

/** A message under way, as bytes where there is a codec. */
export interface Letter<M> {
  readonly send: TracedSend;
  readonly content: { readonly bytes: Uint8Array } | { readonly message: M };
}

/** The side of a node that the post needs. */
export interface PostBox {
  readonly id: NodeId;
  /** Dice for this node's sends, so that a chattier neighbour does not change its luck. */
  readonly rng: Rng;
  readonly counts: TrafficCounts;
}

type Loss = Exclude<Fate, 'carried'> | 'overflowCount' | 'corruptCount' | 'undecodableCount';

const LOSS_REASONS: Readonly<Record<Loss, string>> = Object.freeze({
  lostCount: 'lost',
  blockedCount: 'blocked',
  oversizeCount: 'larger than packetBytesMax',
  mtuCount: 'larger than mtuBytes',
  congestedCount: 'no room in the queue',
  resetCount: 'connection reset',
  corruptCount: 'damaged',
  overflowCount: 'receive buffer full',
  undecodableCount: 'not decodable',
});

/** Most bits that a damaged packet has wrong. Source: guess; more make it no harder to notice. */
const FLIPPED_BIT_COUNT_MAX = 8;
const BITS_PER_BYTE = 8;

/** Told of every message that is sent, whatever becomes of it. */
export type SendObserver<M> = (timeMs: number, send: TracedSend, message: M) => void;

/** See the file's first line. */
export class Post<M> {
  readonly #options: PostOptions<M>;
  readonly #network: VirtualNetwork;
  readonly #trace: Trace;
  readonly #counts: TrafficCounts = noTraffic();
  readonly observers: Set<SendObserver<M>> = new Set();
  /** Reused by every send. */
  readonly #arrivalsMs: number[] = [];
  #sendCount = 0;

  constructor(options: PostOptions<M>, network: VirtualNetwork, trace: Trace) {
    this.#options = options;
    this.#network = network;
    this.#trace = trace;
  }

  get traffic(): Traffic {
    return this.#counts;
  }

  /** Sends one message at `nowMs`; calls `arrive` for each copy of it that will arrive. */
  send(
    from: PostBox,
    to: NodeId,
    message: M,
    via: Via,
    nowMs: number,
    arrive: (timeMs: number, letter: Letter<M>) => void,
  ): void {
    const bytes = this.#options.codec?.encode(message);
    const sizeBytes = bytes?.length ?? this.#options.sizeOf?.(message) ?? 0;
    this.#sendCount += 1;
    const send = { number: this.#sendCount, from: from.id, to, via, sizeBytes };
    this.#trace.sent(nowMs, send, bytes ?? message, message);
    this.#count(from, via === 'stream' ? 'streamCount' : 'packetCount', 1);
    this.#count(from, 'sentBytes', sizeBytes);
    for (const observer of this.observers) observer(nowMs, send, message);
    const fate = this.#network.route(from.id, to, via, sizeBytes, nowMs, from.rng, this.#arrivalsMs);
    if (fate !== 'carried') return this.lose(nowMs, send, fate, from);
    if (this.#arrivalsMs.length > 1) this.#count(from, 'duplicateCount', 1);
    const letter: Letter<M> = { send, content: bytes === undefined ? { message } : { bytes } };
    for (const timeMs of this.#arrivalsMs) {
      if (via === 'packet' && this.#network.damages(from.id, to, from.rng))
        this.#damage(from, letter, nowMs, timeMs, arrive);
      else arrive(timeMs, letter);
    }
  }

  /** What a letter says, for its receiver; `undefined`, and counted, when it cannot be decoded. */
  open(nowMs: number, letter: Letter<M>, box: PostBox): M | undefined {
    const { send, content } = letter;
    const message = 'message' in content ? content.message : this.#options.codec?.decode(content.bytes);
    if (message === undefined) {
      this.lose(nowMs, send, 'undecodableCount', box);
      return undefined;
    }
    this.#count(box, 'deliveredCount', 1);
    this.#trace.arrived(nowMs, send);
    return message;
  }

  /** Counts and records a message that does not get there, at the node where it was noticed. */
  lose(nowMs: number, send: TracedSend, loss: Loss, box: PostBox | undefined): void {
    this.#count(box, loss, 1);
    this.#trace.lost(nowMs, send, LOSS_REASONS[loss]);
  }

  /** A copy with some bits wrong arrives in the letter's place. Without bytes there is nothing but the loss of it. */
  #damage(
    from: PostBox,
    { send, content }: Letter<M>,
    nowMs: number,
    timeMs: number,
    arrive: (timeMs: number, letter: Letter<M>) => void,
  ): void {
    if ('message' in content) return this.lose(nowMs, send, 'corruptCount', from);
    this.#count(from, 'corruptCount', 1);
    const bytes = content.bytes.slice();
    for (let count = 1 + from.rng.below(FLIPPED_BIT_COUNT_MAX); count > 0; count--) {
      const index = from.rng.below(bytes.length);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << from.rng.below(BITS_PER_BYTE));
    }
    arrive(timeMs, { send, content: { bytes } });
  }

  #count(box: PostBox | undefined, kind: keyof Traffic, count: number): void {
    this.#counts[kind] += count;
    if (box !== undefined) box.counts[kind] += count;
  }
}
