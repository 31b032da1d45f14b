/** Packets to bytes and back: the one place where bytes become messages. */
import type { Endpoint, NodeId } from '@hearsay/core';
import { TooLargeError } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import protobuf from 'protobufjs/minimal.js';
import { hearsay } from '#proto';
import { checkedEndpoint, checkedName } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { EncodedItems } from './encoded-items.ts';
import { decodeFields } from './field-reader.ts';
import { framedBytes } from './framing.ts';
import { bodyOf, headerBytes } from './header.ts';
import { KnownEndpoints } from './known-endpoints.ts';
import { FRAME_BYTES_MAX, MESSAGE_COUNT_MAX } from './limits.ts';
import { decodeMessage } from './message.ts';
import type { DecodeResult, Packet, WireMessage } from './packet.ts';
import { WireError } from './wire-error.ts';

const { Packet: Schema } = hearsay.wire.v1;

/** What the nodes of one cluster have in common on the wire. */
export interface CodecOptions {
  /** Name of the cluster. Packets of another one are refused. Default '': no label, four bytes shorter. */
  readonly label?: string;
  /** Largest packet in bytes that is encoded or decoded, header included. Default `FRAME_BYTES_MAX`, 2 MiB. */
  readonly frameBytesMax?: number;
}

/**
 * Encodes and decodes the packets of one cluster. It remembers the bytes of what it has encoded lately, by object:
 * messages, claims, rumors and records must not change afterwards.
 */
export class Codec {
  readonly #header: Uint8Array;
  readonly #frameBytesMax: number;
  readonly #items = new EncodedItems();
  readonly #endpoints = new KnownEndpoints();

  constructor({ label = '', frameBytesMax = FRAME_BYTES_MAX }: CodecOptions = {}) {
    this.#header = headerBytes(label);
    this.#frameBytesMax = frameBytesMax;
  }

  /**
   * The bytes of a datagram, or of a frame without its length. Throws `TooLargeError` above `frameBytesMax` or
   * `MESSAGE_COUNT_MAX`: no peer would accept it.
   */
  encode({ from, generation, address, messages }: Packet): Uint8Array {
    if (messages.length > MESSAGE_COUNT_MAX) {
      throw new TooLargeError('the messages of a packet', messages.length, MESSAGE_COUNT_MAX, 'MESSAGE_COUNT_MAX');
    }
    const writer = protobuf.Writer.create().raw(this.#header);
    const fields = { from, generation, address, messages: messages.map((message) => this.#items.take(message)) };
    const bytes = Schema.encode(fields, writer).finish();
    if (bytes.length > this.#frameBytesMax) {
      throw new TooLargeError('a packet', bytes.length, this.#frameBytesMax, 'frameBytesMax');
    }
    this.#items.countPacket();
    return bytes;
  }

  /**
   * What a peer's bytes say. Never throws: what is wrong with them is in the result. Nothing in the packet shares memory
   * with `bytes`.
   */
  decode(bytes: Uint8Array): DecodeResult {
    try {
      return this.#decode(bytes);
    } catch (cause) {
      return { ok: false, error: wireError(cause) };
    }
  }

  /** Bytes that a message adds to a packet, framing included. Exact. */
  sizeOf(message: WireMessage): number {
    return framedBytes(this.#items.measure(message));
  }

  /** Bytes of a packet without messages. Exact for every generation but 0, which takes five bytes less. */
  overheadBytes(from: NodeId, address: Endpoint | '' = ''): number {
    const generation = 1;
    return this.#header.length + Schema.encode({ from, generation, address }).finish().length;
  }

  /**
   * Upper bound of the bytes that a claim adds to a message. It is what the claim takes in a message of its own, so the
   * sum over some claims is never less than the size of a message with all of them.
   */
  claimBytes(claim: Claim): number {
    return aloneBytes(this.#items.claim(claim).length);
  }

  /** Upper bound of the bytes that a rumor adds to a message, see `claimBytes`. */
  rumorBytes(rumor: Rumor): number {
    return aloneBytes(this.#items.rumor(rumor).length);
  }

  /** Upper bound of the bytes that a record adds to a message, see `claimBytes`. */
  recordBytes(record: StoreRecord): number {
    return aloneBytes(this.#items.record(record).length);
  }

  #decode(bytes: Uint8Array): DecodeResult {
    if (bytes.length > this.#frameBytesMax) {
      throw new WireError('too-large', `${bytes.length} bytes, frameBytesMax is ${this.#frameBytesMax}`);
    }
    const context: DecodeContext = { valueCount: 0, skippedCount: 0, endpoints: this.#endpoints };
    const fields = decodeFields(Schema, bodyOf(bytes, this.#header), context);
    const from = checkedName('packet.from', fields.from);
    const address = fields.address === '' ? '' : checkedEndpoint('packet.address', fields.address, context);
    if (fields.messages.length > MESSAGE_COUNT_MAX) {
      throw new WireError('too-large', `${fields.messages.length} messages in one packet`);
    }
    const messages: WireMessage[] = [];
    for (const messageBytes of fields.messages) {
      const message = decodeMessage(messageBytes, context);
      if (message !== undefined) messages.push(message);
    }
    this.#endpoints.countPacket();
    const packet = { from, generation: fields.generation, address, messages };
    return { ok: true, packet, skippedCount: context.skippedCount };
  }
}

/** In a list, in a message, in a packet: three frames. */
function aloneBytes(itemBytes: number): number {
  return framedBytes(framedBytes(framedBytes(itemBytes)));
}

/** protobufjs throws a RangeError where bytes end too early, and errors of several other kinds for all else. */
function wireError(cause: unknown): WireError {
  if (cause instanceof WireError) return cause;
  const detail = cause instanceof Error ? cause.message : 'unknown';
  return new WireError(cause instanceof RangeError ? 'truncated' : 'malformed', detail, { cause });
}
