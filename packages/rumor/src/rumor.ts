/** What a rumor is, and which ones are legal. */
import { HearsayError, isName, type NodeId, TooLargeError, utf8Bytes } from '@hearsay/core';
import { isPriority, type Priority } from '@hearsay/damping';
import { type RumorConfig, TOPIC_BYTES_MAX, UINT32_MAX } from './config.ts';

/** Which rumor: unique as long as an origin never uses a sequence number twice in one life. */
export interface RumorId {
  /** Name of the member that published it. */
  readonly origin: NodeId;
  /** The life of the origin in which it did. 0 … 2^32-1. */
  readonly generation: number;
  /** Number of the rumor in that life, counted up by the origin. 0 … 2^32-1. */
  readonly sequence: number;
}

/** One update being spread. [Demers §1.4] */
export interface Rumor {
  readonly id: RumorId;
  /** 1-256 bytes of UTF-8. */
  readonly topic: string;
  /** Opaque; a relay passes it on byte for byte. At most `payloadBytesMax`. */
  readonly payload: Uint8Array;
  readonly priority: Priority;
}

/** The part of a rumor that is not legal. */
export type RumorProblem = 'id' | 'topic' | 'payload' | 'priority';

/** `origin:generation:sequence`. Names have no colon, so no two ids read the same. */
export function formatRumorId(id: RumorId): string {
  return `${id.origin}:${id.generation}:${id.sequence}`;
}

/** What is wrong with a rumor, or `undefined`. For what peers send: it trusts no type and never throws. */
export function rumorProblem(rumor: Rumor, config: Readonly<RumorConfig>): RumorProblem | undefined {
  if (!isObject(rumor) || !isObject(rumor.id)) return 'id';
  const { id, topic, payload, priority } = rumor;
  if (typeof id.origin !== 'string' || !isName(id.origin)) return 'id';
  if (!isUint32(id.generation) || !isUint32(id.sequence)) return 'id';
  if (typeof topic !== 'string' || !isTopic(topic)) return 'topic';
  if (!(payload instanceof Uint8Array) || payload.length > config.payloadBytesMax) return 'payload';
  return isPriority(priority) ? undefined : 'priority';
}

/**
 * Checks a rumor before it is published; `step` itself never throws for one. Throws `TooLargeError` when the topic or
 * the payload is too large, `HearsayError` with `ERR_KEY` when the topic is empty or not well-formed text, and
 * `RangeError` for an id or priority that is none. Nothing was published then.
 */
export function validateRumor(rumor: Rumor, config: Readonly<RumorConfig>): void {
  const { topic, payload } = rumor;
  switch (rumorProblem(rumor, config)) {
    case undefined:
      return;
    case 'topic': {
      const sizeBytes = utf8Bytes(topic).length;
      if (sizeBytes > TOPIC_BYTES_MAX) throw new TooLargeError('a topic', sizeBytes, TOPIC_BYTES_MAX, 'topicBytesMax');
      throw new HearsayError('ERR_KEY', `a topic must be 1 to ${TOPIC_BYTES_MAX} bytes of well-formed text`);
    }
    case 'payload':
      throw new TooLargeError('a rumor payload', payload.length, config.payloadBytesMax, 'payloadBytesMax');
    case 'id':
      throw new RangeError(`not a rumor id: ${JSON.stringify(rumor.id)}`);
    case 'priority':
      throw new RangeError(`not a priority: ${String(rumor.priority)}`);
  }
}

/** Half of a surrogate pair has no UTF-8: a topic with one would arrive as another topic. */
function isTopic(topic: string): boolean {
  if (topic.length === 0 || topic.length > TOPIC_BYTES_MAX || /\p{Surrogate}/u.test(topic)) return false;
  return utf8Bytes(topic).length <= TOPIC_BYTES_MAX;
}

function isUint32(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= UINT32_MAX;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
