/** What a rumor is, and which ones are legal. */
import { HearsayError, HLC_WALL_MS_MAX, isName, type NodeId, TooLargeError, utf8Bytes } from '@hearsay/core';
import { isPriority, type Priority } from '@hearsay/damping';
import { KEY_BYTES_MAX, type RumorConfig, TOPIC_BYTES_MAX, UINT32_MAX } from './config.ts';

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
  /**
   * Wall time at which its origin published it, in whole milliseconds since 1970: 1 … 2^48-1. A rumor without is spread, but is not
   * logged and never expires.
   */
  readonly publishedAtMs?: number | undefined;
  /** Time for which it means anything, from then on: 1 … 2^32-1. Default: `rumorRetentionMs`. */
  readonly ttlMs?: number | undefined;
  /** 1-256 bytes of UTF-8. A newer rumor of the same topic and key replaces this one wherever it still waits. */
  readonly key?: string | undefined;
  /** Whether each node that learns it tells who told it, so that the publisher gets an exact count. Default: it does not. */
  readonly isCounted?: true | undefined;
}

/**
 * The part of a rumor that is not legal. `time`: no time of publication, or no time to live. `digest`: it is another one
 * than was offered. `count`: whether it is counted is neither true nor left out.
 */
export type RumorProblem = 'id' | 'topic' | 'payload' | 'priority' | 'time' | 'key' | 'digest' | 'count';

/** `origin:generation:sequence`. Names have no colon, so no two ids read the same. */
export function formatRumorId(id: RumorId): string {
  return `${id.origin}:${id.generation}:${id.sequence}`;
}

/** `id` unless this names a rumor. For what peers send: it trusts no type and never throws. */
export function rumorIdProblem(id: RumorId): 'id' | undefined {
  if (!isObject(id) || typeof id.origin !== 'string' || !isName(id.origin)) return 'id';
  return isIntegerUpTo(id.generation, UINT32_MAX) && isIntegerUpTo(id.sequence, UINT32_MAX) ? undefined : 'id';
}

/** What is wrong with a rumor, or `undefined`. For what peers send: it trusts no type and never throws. */
export function rumorProblem(rumor: Rumor, config: Readonly<RumorConfig>): RumorProblem | undefined {
  if (!isObject(rumor) || rumorIdProblem(rumor.id) !== undefined) return 'id';
  const { topic, payload, priority, publishedAtMs, ttlMs, key } = rumor;
  if (typeof topic !== 'string' || !isText(topic, TOPIC_BYTES_MAX)) return 'topic';
  if (!(payload instanceof Uint8Array) || payload.length > config.payloadBytesMax) return 'payload';
  if (publishedAtMs !== undefined && !(isIntegerUpTo(publishedAtMs, HLC_WALL_MS_MAX) && publishedAtMs > 0))
    return 'time';
  if (ttlMs !== undefined && !(isIntegerUpTo(ttlMs, UINT32_MAX) && ttlMs > 0)) return 'time';
  if (key !== undefined && !(typeof key === 'string' && isText(key, KEY_BYTES_MAX))) return 'key';
  if (rumor.isCounted !== undefined && rumor.isCounted !== true) return 'count';
  return isPriority(priority) ? undefined : 'priority';
}

/**
 * Checks a rumor before it is published; `step` itself never throws for one. Throws `TooLargeError` when the topic, the
 * key or the payload is too large, `HearsayError` with `ERR_KEY` when topic or key are empty or not well-formed text, and
 * `RangeError` for an id, a time or a priority that is none. Nothing was published then.
 */
export function validateRumor(rumor: Rumor, config: Readonly<RumorConfig>): void {
  const { topic, payload, key } = rumor;
  switch (rumorProblem(rumor, config)) {
    case undefined:
      return;
    case 'topic':
      throw textError('topic', topic, TOPIC_BYTES_MAX);
    case 'key':
      throw textError('key', key ?? '', KEY_BYTES_MAX);
    case 'payload':
      throw new TooLargeError('a rumor payload', payload.length, config.payloadBytesMax, 'payloadBytesMax');
    case 'id':
      throw new RangeError(`not a rumor id: ${JSON.stringify(rumor.id)}`);
    case 'time':
      throw new RangeError(`not a time of publication and a ttl in ms: ${rumor.publishedAtMs}, ${rumor.ttlMs}`);
    case 'digest':
    case 'count':
      throw new RangeError(`isCounted: ${String(rumor.isCounted)}`);
    case 'priority':
      throw new RangeError(`not a priority: ${String(rumor.priority)}`);
  }
}

function textError(what: string, text: string, bytesMax: number): HearsayError {
  const sizeBytes = utf8Bytes(text).length;
  if (sizeBytes > bytesMax) return new TooLargeError(`a ${what}`, sizeBytes, bytesMax, `${what}BytesMax`);
  return new HearsayError('ERR_KEY', `a ${what} must be 1 to ${bytesMax} bytes of well-formed text`);
}

/** Half of a surrogate pair has no UTF-8: a topic with one would arrive as another topic. */
function isText(text: string, bytesMax: number): boolean {
  if (text.length === 0 || text.length > bytesMax || /\p{Surrogate}/u.test(text)) return false;
  return utf8Bytes(text).length <= bytesMax;
}

function isIntegerUpTo(value: unknown, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
