/** Tuning of Scuttlebutt reconciliation. */
import { COUNT, checkedConfig, DURATION, type NumberRange, PER_MILLE } from '@hearsay/core';

/** How often and how much. Every duration is in milliseconds of monotonic time. */
export interface ScuttlebuttConfig {
  /**
   * One peer gets our digest per interval, unless our root is shown on packets that leave anyway. All limits below that
   * say so are per interval. Default 1000. Source: Cassandra's gossip round.
   */
  readonly intervalMs: number;
  /** How far each interval is moved at random. Default 100. Source: guess, as for the other replicas. */
  readonly jitterPerMille: number;
  /**
   * Encoded size above which a message goes by stream. A digest that would be larger lists the maps that changed last,
   * and all of them only when those were equal. Bytes, 256-65000. Default 1100. Source: guess: leaves room for headers
   * and news in a packet of 1400 bytes.
   */
  readonly messageBytesMax: number;
  /** An answer of more packets than this goes by stream. Default 8. Source: guess, as for the other replicas. */
  readonly packetCountMax: number;
  /**
   * Encoded bytes of the deltas in one answer; the next one goes on. At least one entry, or one whole map that starts
   * over, is sent. Default 262144. Source: guess, an eighth of the largest frame.
   */
  readonly answerBytesMax: number;
  /** Digests sent because a root differed, per interval. Default 8. Source: guess; pings show some two roots a second. */
  readonly digestCountMax: number;
  /** Digests and requests of peers that are answered, per interval. Default 32. Source: guess. */
  readonly answerCountMax: number;
  /** Digests of all maps that are too long for a packet, per interval. Default 1. Source: Cassandra sends each round one. */
  readonly wholeDigestCountMax: number;
  /** Maps in one message of a peer. A larger message is ignored and counted. Default 65537. Source: the member table. */
  readonly originCountMax: number;
}

export const SCUTTLEBUTT_DEFAULTS: Readonly<ScuttlebuttConfig> = Object.freeze({
  intervalMs: 1_000,
  jitterPerMille: 100,
  messageBytesMax: 1_100,
  packetCountMax: 8,
  answerBytesMax: 262_144,
  digestCountMax: 8,
  answerCountMax: 32,
  wholeDigestCountMax: 1,
  originCountMax: 65_537,
});

const MESSAGE_BYTES: NumberRange = Object.freeze({ min: 256, max: 65_000 });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function scuttlebuttConfig(partial: Partial<ScuttlebuttConfig> = {}): Readonly<ScuttlebuttConfig> {
  return checkedConfig('ScuttlebuttConfig', SCUTTLEBUTT_DEFAULTS, partial, {
    intervalMs: DURATION,
    jitterPerMille: PER_MILLE,
    messageBytesMax: MESSAGE_BYTES,
    packetCountMax: COUNT,
    answerBytesMax: COUNT,
    digestCountMax: COUNT,
    answerCountMax: COUNT,
    wholeDigestCountMax: COUNT,
    originCountMax: COUNT,
  });
}

/** For so many intervals nobody is contacted after one in which the root was shown. Pings may come later than ours. */
export const SHOWN_INTERVAL_COUNT = 3;
/** Upper bound of a position in protobuf without the name: generation, version, tags and lengths. */
export const POSITION_BYTES = 18;
/** Upper bound of a delta without its name and entries. */
export const DELTA_BYTES = 36;
/** Upper bound of an entry without its key and value. */
export const ENTRY_BYTES = 22;
/** Upper bound of the framing of a message. */
export const MESSAGE_BYTES_OVERHEAD = 16;
/** Largest uint32. */
export const UINT32_MAX = 0xffff_ffff;
