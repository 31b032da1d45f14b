/** Carries messages: encodes, hands them to the network's dice, counts, and decodes what arrives. */
import type { NodeId, Rng, SizeOf, Via } from '@hearsay/core';
import type { Trace, TracedSend } from './trace.ts';
import { noTraffic, type Traffic, type TrafficCounts } from './traffic.ts';
import type { VirtualNetwork } from './virtual-network.ts';

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

type Loss = 'lostCount' | 'blockedCount' | 'oversizeCount' | 'overflowCount' | 'undecodableCount';

const LOSS_REASONS: Readonly<Record<Loss, string>> = Object.freeze({
  lostCount: 'lost',
  blockedCount: 'blocked',
  oversizeCount: 'larger than packetBytesMax',
  overflowCount: 'receive buffer full',
  undecodableCount: 'not decodable',
});

/** See the file's first line. */
export class Post<M> {
  readonly #options: PostOptions<M>;
  readonly #network: VirtualNetwork;
  readonly #trace: Trace;
  readonly #counts: TrafficCounts = noTraffic();
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
    const fate = this.#network.route(from.id, to, via, sizeBytes, nowMs, from.rng, this.#arrivalsMs);
    if (fate !== 'carried') return this.lose(nowMs, send, fate, from);
    if (this.#arrivalsMs.length > 1) this.#count(from, 'duplicateCount', 1);
    const letter: Letter<M> = { send, content: bytes === undefined ? { message } : { bytes } };
    for (const timeMs of this.#arrivalsMs) arrive(timeMs, letter);
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

  #count(box: PostBox | undefined, kind: keyof Traffic, count: number): void {
    this.#counts[kind] += count;
    if (box !== undefined) box.counts[kind] += count;
  }
}
