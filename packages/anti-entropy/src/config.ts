/** Tuning of anti-entropy, and the shape of its digest tree. */
import { COUNT, checkedConfig, DURATION, type NumberRange, PER_MILLE as PER_MILLE_RANGE } from '@hearsay/core';

/** How often, how deep and how much. Every duration is in milliseconds of monotonic time. */
export interface AntiEntropyConfig {
  /**
   * One peer is probed per interval. Equal replicas pay one probe and one answer per interval and nothing else.
   * Raising it saves bytes and slows the repair of what rumors missed. Default 1000. Source: Cassandra's and Scylla's
   * gossip round.
   */
  readonly intervalMs: number;
  /** How far each interval is moved at random, so that nodes do not probe in step. Default 100. Source: guess. */
  readonly jitterPerMille: number;
  /**
   * Levels that the tree of digests may have below its root. Unit: levels of sixteen, 1-5. It begins with one and gains
   * another when its leaves hold sixteen records on average, so this only bounds its memory: 3 are 87 KB and enough for
   * 65,000 records, 4 are 1.4 MB and enough for a million. With more records than that the lists of records get longer.
   * Peers with different depths can be mixed. Default 4. Source: own calculation, 20 bytes a node.
   */
  readonly depth: number;
  /**
   * A node with at most so many records is not walked further: its records are listed. Unit: records.
   * Default 16. Source: own calculation: sixteen fingerprints are as long as the digests of sixteen children.
   */
  readonly listedCountMax: number;
  /**
   * When the two counts differ by so much, the walk starts at level 2, because at level 1 nearly every child would
   * differ anyway. Unit: records. Default 64. Source: own calculation: 64 differences leave 16 × (15/16)^64, a
   * quarter of a child, equal.
   */
  readonly skippedLevelCountMin: number;
  /**
   * Encoded size that no message exceeds, unless it carries one record that alone is larger, or a note. An owner's stamp
   * comes on top. Bytes, 256-65000.
   * Default 1100. Source: guess: leaves room for headers and piggybacked news in a packet of 1400 bytes.
   */
  readonly messageBytesMax: number;
  /**
   * An answer of more messages than this goes by stream, where nothing is lost and the sender is slowed down.
   * Default 8. Source: guess, below the receive buffers of common kernels by a factor of twenty.
   */
  readonly packetCountMax: number;
  /**
   * Cells of the sketch that are kept up to date with each write; 0 keeps none. Unit: cells of 12 bytes. A write touches
   * nine of 128. With `auto`, differences that would need more cells are walked. Default 128. Source: own calculation: 64
   * records that changed on one side.
   */
  readonly sketchCellCountMax: number;
  /**
   * Differing nodes of one level that a session walks or lists; of more, a random choice, and the next session goes
   * on. The responder, who keeps no session, applies this and the next two to each answer.
   * Default 2048. Source: own calculation: enough for 2000 scattered differences, and 140 KB of digests at most.
   */
  readonly sessionNodeCountMax: number;
  /** Records that one session pushes; the next session goes on. Default 4096. Source: guess. */
  readonly sessionRecordCountMax: number;
  /**
   * Encoded bytes of the records that one session pushes. At least one record is pushed, whatever its size.
   * Default 4194304. Source: guess.
   */
  readonly sessionBytesMax: number;
  /**
   * Encoded bytes of records that one peer gets per second, over all sessions of either side, after a burst of
   * `sessionBytesMax`. Default 8388608. Source: own calculation: a fifteenth of a link of a gigabit per second.
   */
  readonly peerBytesPerSecond: number;
  /**
   * Records of our own that one answer compares: bounds the work that a peer's message can cause. Of more, a part from
   * a random place on. Default 32768. Source: own measurement: about two milliseconds.
   */
  readonly answerScanCountMax: number;
  /**
   * Nodes, buckets and fingerprints in one message of a peer. A larger message is ignored and counted. Must exceed
   * what fits into `messageBytesMax` on the peer's side. Default 4096. Source: guess.
   */
  readonly messageEntryCountMax: number;
  /**
   * Time in which every record is compared once with what the tree holds of it, in the background. Unit: ms. 0 turns it
   * off. Default 1 h. Source: own measurement: it costs at most ten microseconds a record, so a millionth of a core for each
   * three hundred records.
   */
  readonly verifyRoundMs: number;
  /** Sessions of our own at one time. While so many are open no new one is started. Default 8. Source: guess. */
  readonly sessionCountMax: number;
  /**
   * A request of ours that is not answered in full by then is sent again; each time it takes twice as long, more or less
   * the jitter. The third sending goes by stream and asks for the answer by stream. Default 200. Source: Lifeguard's
   * probe timeout in a LAN is 500 ms; most of that is for slow members, and here only bytes are lost by asking early.
   */
  readonly retryMs: number;
  /**
   * Repetitions of one request. When they are used up, the session is over. 0 turns it off. Default 4. Source: own
   * simulation: without, a session of eight messages ends in 0.4 % of the cases when half of them are lost.
   */
  readonly retryCountMax: number;
  /**
   * A session that has not ended by then is given up, and its peer may be probed again. Counted from its start. What
   * still arrives is answered all the same. Default 15,000. Source: own calculation: a request with its repetitions
   * takes 6.2 s at most, a session has up to nine of them in a row.
   */
  readonly sessionTimeoutMs: number;
  /**
   * Sessions per interval that are started at once because the one before moved records. 0 turns it off.
   * Default 3. Source: own simulation.
   */
  readonly followUpCountMax: number;
}

export const ANTI_ENTROPY_DEFAULTS: Readonly<AntiEntropyConfig> = Object.freeze({
  intervalMs: 1_000,
  jitterPerMille: 100,
  depth: 4,
  listedCountMax: 16,
  skippedLevelCountMin: 64,
  messageBytesMax: 1_100,
  packetCountMax: 8,
  sketchCellCountMax: 128,
  sessionNodeCountMax: 2_048,
  sessionRecordCountMax: 4_096,
  sessionBytesMax: 4_194_304,
  peerBytesPerSecond: 8_388_608,
  answerScanCountMax: 32_768,
  messageEntryCountMax: 4_096,
  verifyRoundMs: 3_600_000,
  sessionCountMax: 8,
  retryMs: 200,
  retryCountMax: 4,
  sessionTimeoutMs: 15_000,
  followUpCountMax: 3,
});

/** Deepest tree: 22 MB. Deeper prefixes occur in messages, up to `LEVEL_MAX`. */
const DEPTH: NumberRange = Object.freeze({ min: 1, max: 5 });
const MESSAGE_BYTES: NumberRange = Object.freeze({ min: 256, max: 65_000 });
const CELL_COUNT: NumberRange = Object.freeze({ min: 0, max: 65_536 });
const COUNT_OR_NONE: NumberRange = Object.freeze({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function antiEntropyConfig(partial: Partial<AntiEntropyConfig> = {}): Readonly<AntiEntropyConfig> {
  return checkedConfig(
    'AntiEntropyConfig',
    ANTI_ENTROPY_DEFAULTS,
    partial,
    {
      intervalMs: DURATION,
      jitterPerMille: PER_MILLE_RANGE,
      depth: DEPTH,
      listedCountMax: COUNT,
      skippedLevelCountMin: COUNT,
      messageBytesMax: MESSAGE_BYTES,
      packetCountMax: COUNT,
      sketchCellCountMax: CELL_COUNT,
      sessionNodeCountMax: COUNT,
      sessionRecordCountMax: COUNT,
      sessionBytesMax: COUNT,
      peerBytesPerSecond: COUNT,
      answerScanCountMax: COUNT,
      messageEntryCountMax: COUNT,
      verifyRoundMs: COUNT_OR_NONE,
      sessionCountMax: COUNT,
      retryMs: DURATION,
      retryCountMax: COUNT_OR_NONE,
      sessionTimeoutMs: DURATION,
      followUpCountMax: COUNT_OR_NONE,
    },
    [
      ({ messageBytesMax, messageEntryCountMax }) =>
        messageEntryCountMax * FINGERPRINT_BYTES >= messageBytesMax
          ? undefined
          : 'messageEntryCountMax: a message of messageBytesMax would be ignored',
      ({ listedCountMax, messageBytesMax }) =>
        MESSAGE_HEADER_BYTES + BUCKET_HEADER_BYTES + listedCountMax * FINGERPRINT_BYTES <= messageBytesMax
          ? undefined
          : 'listedCountMax: the fingerprints of one node would not fit into messageBytesMax',
    ],
  );
}

/** Children of a node. Source: own simulation: fewer messages than 4, fewer bytes than 64. */
export const ARITY = 16;
/** Bits of a position that one level consumes. `2 ** ARITY_BITS = ARITY`. */
export const ARITY_BITS = 4;
/** Records of a leaf, on average, above which the tree gains a level. Source: own calculation: 7 bytes a record at most. */
export const LEAF_RECORD_COUNT_MAX = 64;
/** Records of a leaf, on average, below which the tree loses a level: a quarter of what it had when it gained it. */
export const LEAF_RECORD_COUNT_MIN = 1;
/** Bits of a position. */
export const POSITION_BITS = 32;
/** Deepest level that a prefix of a position can name: `POSITION_BITS / ARITY_BITS`. */
export const LEVEL_MAX = 8;
/** The level at which the walk of a large difference begins: its 256 nodes are 1 KB of digests. */
export const SKIPPED_TO_LEVEL = 2;
/** A digest is four uint32: 128 bits, so that two contents never share a sum by chance. */
export const LANE_COUNT = 4;
/** Bytes of one lane. */
export const LANE_BYTES = 4;
/** Bytes of a sum or a digest. */
export const SUM_BYTES = 16;
/** A node of the tree in words: its lanes, its count and its three sparse sums. */
export const NODE_WORDS = 8;
/** Where they are in a node. */
export const COUNT_WORD = 4;
export const SUM_WORD = 5;
export const WEIGHTED_WORD = 6;
export const SQUARED_WORD = 7;
/** The largest prime below 2^32: sums modulo it are uint32. */
export const SUM_PRIME = 4_294_967_291;
/** Half of a uint32, in bits: two factors of which one is cut in half have an exact product. */
export const HALF_WORD = 65_536;
/** Peers whose rate is kept. Source: guess: more than are served within the time that a bucket takes to fill. */
export const RATED_PEER_COUNT_MAX = 1_024;
/** Milliseconds of a second. */
export const MS_PER_SECOND = 1_000;
/** Size of a message with records that goes by stream: one of `messageBytesMax` would be mostly framing. Source: guess. */
export const STREAM_MESSAGE_BYTES = 65_536;
/** A whole, in shares. */
export const PER_MILLE = 1_000;
/** A cell of a sketch in words: place, element, check. */
export const CELL_WORDS = 3;
export const CELL_CHECK_WORD = 2;
/** Between the i+1 and i+2 of the product in the distribution of cells: (i+1)(i+2) is nearly (i + 1.5)^2. */
export const MEAN_OFFSET = 1.5;
/** Separate the check of an element from the choice of its cells. Arbitrary. */
export const CHECK_SALT = 0x5bd1_e995;
export const MAPPING_SALT = 0x9e37_79b9;
/** Number of uint32. */
export const UINT32_RANGE = 0x1_0000_0000;
/** Upper bound of one cell: three words, count. */
export const CELL_BYTES = 17;
/** Cells of the first answer at least: enough for a single changed record in three of four cases. [RIBLT §5] */
export const FIRST_CELL_COUNT_MIN = 4;
/** Cells per expected difference, per mille, in the first answer. Source: reference simulation: 1.4 to 1.8 are needed. */
export const CELLS_PER_DIFFERENCE_PER_MILLE = 1_500;
/** Of a record that changed on one side, each side has a version that the other has not. */
export const VERSIONS_PER_RECORD = 2;
/**
 * Growth of the number of cells when they are too few, per mille: a single record may lack but one or two, of a few nobody
 * knows how many, and of many each is dear. Source: own simulation: three round trips for ten records.
 */
export const CELL_GROWTH_PER_MILLE = 1_400;
export const FEW_CELLS_GROWTH_PER_MILLE = 2_000;
/** From so many cells on they are few, and from so many on many. */
export const FEW_CELLS = 9;
export const MANY_CELLS = 32;
/** Largest uint32. */
export const UINT32_MAX = 0xffff_ffff;
/** Records for which a new tree has room: it may stay empty. Source: guess. */
export const SLOT_CAPACITY_MIN = 8;
/** Growth of the tree's tables. Source: own calculation: at doubling, half of them would be empty at the worst time. */
export const GROWTH_PER_MILLE = 1_500;
/** Places of a new index of keys: a power of two. It doubles. */
export const INDEX_CAPACITY_MIN = 16;
export const GROWTH_FACTOR_INDEX = 2;
/** Entries per thousand places at which it does. Source: linear probing looks at two places on average then. */
export const INDEX_LOAD_PER_MILLE = 700;

/** Upper bound of the framing of any message of ours in protobuf: three nested tags and lengths, session, level, numbers. */
export const MESSAGE_HEADER_BYTES = 40;
/** Upper bound of one `NodeDigests`: sixteen children of four bytes, index, two tags and lengths. */
export const NODE_DIGESTS_BYTES = 74;
/** Upper bound of a `Bucket` without fingerprints: level, index, two tags and lengths. */
export const BUCKET_HEADER_BYTES = 16;
/** Upper bound of one `NodeSums`: distance of the index, count, three sums. */
export const NODE_SUMS_BYTES = 22;
/** Upper bound of one `PlacedElement`: distance of the place, element. */
export const PLACED_ELEMENT_BYTES = 9;
/** A node with at most so many records is listed rather than summed up. Source: own calculation: no longer, and exact. */
export const UNSUMMED_COUNT_MAX = 2;
/**
 * Share of differing children in a message, per mille, up to which they are summed up. Source: own calculation: at 865 a
 * differing child has one difference with a probability of 0.31, and sums are a sixth as long as digests.
 */
export const SUMMED_SHARE_PER_MILLE_MAX = 865;
/**
 * Share from which on a small node is listed, because nearly all in it is likely to differ. Source: own calculation: at
 * 980 a child has four differences on average, and a list of 64 records is as long as what it takes to find them.
 */
export const SATURATED_SHARE_PER_MILLE = 980;
/** Records that such a node has at most: twice what a full leaf has on average. */
export const SATURATED_COUNT_MAX = 128;
/** Share when nodes are known to have two differences or more: too many for sums, and far from saturated. */
export const UNKNOWN_SHARE_PER_MILLE = 900;
/** A fingerprint. */
export const FINGERPRINT_BYTES = 4;
/** Base and width of a byte in `rootDigest`. */
export const HEX_RADIX = 16;
/** Digits of a byte. */
export const HEX_DIGITS_PER_BYTE = 2;
/** Digits of a uint32. */
export const HEX_DIGITS_PER_WORD = 8;
/** For so many intervals nobody is probed after one in which the root was shown. Pings may come a little later than ours. */
export const SHOWN_INTERVAL_COUNT = 3;

/** Parts of an answer, and pushes of an initiator, are numbered up to this. Source: `sessionRecordCountMax` with room. */
export const ANSWER_PART_COUNT_MAX = 4_096;
/** Records that one turn reads and encodes. Source: own measurement: five milliseconds for small ones on a disk. */
export const TURN_RECORD_COUNT_MAX = 256;
/** Encoded bytes of them, after which a turn takes no further record. Source: one message that goes by stream. */
export const TURN_BYTES_MAX: number = STREAM_MESSAGE_BYTES;
/** Answers that are said over several turns at a time. Source: guess: a few for each session of either side. */
export const LATER_ANSWER_COUNT_MAX = 64;
/** Sessions of peers of which a responder remembers the stamps and pushes. Source: guess, more than a cluster has at a time. */
export const HEARD_SESSION_COUNT_MAX = 256;
/** Missing pushes that one `closed` names. Source: own calculation: 64 numbers fit into any message. */
export const MISSING_COUNT_MAX = 64;
/** Requests of one session that are open at a time; of more, the rest is left out. Source: guess. */
export const SESSION_REQUEST_COUNT_MAX = 1_024;
/** Growth of the time until a request is repeated. Source: exponential backoff. */
export const RETRY_FACTOR = 2;
/** A request goes by stream when it was sent so often without one. */
export const STREAM_FROM_ATTEMPT = 2;
/** Longest stamp of an owner, in bytes: a probe with it stays below a hundred. */
export const STAMP_BYTES_MAX = 64;
/** Longest note of an owner, in bytes: a time for each of 1000 members fits, and goes by stream. Source: guess. */
export const NOTE_BYTES_MAX = 32_768;
