/** What the codec accepts and remembers at most. What it accepts is checked before anything of that size is made. */

/**
 * Default for the largest packet in bytes, header included, as it may come in a stream frame.
 * Default 2 MiB: the members of a cluster of 50 000 with short names, or eight of the largest store values.
 * Source: guess, the same as the limit of the streams that carry frames.
 */
export const FRAME_BYTES_MAX: number = 2 * 1024 * 1024;

/** Messages in one packet. Source: guess, four times as many as a packet of 1400 bytes has room for. */
export const MESSAGE_COUNT_MAX = 1_024;

/**
 * Byte fields and embedded messages in one packet, all levels together. Two bytes of input can make an object of two
 * hundred; this keeps a hostile frame at about 50 MiB for a moment. A claim counts as one, and one more for each tag.
 * Source: 65 536 members with three tags each, and some room, for who raises `frameBytesMax`.
 */
export const VALUE_COUNT_MAX = 300_000;

/** Endpoints that are remembered as legal; the older half is forgotten. Source: guess, about 1 MiB. */
export const KNOWN_ENDPOINT_COUNT_MAX = 8_192;

/**
 * Packets for which the bytes of a claim, rumor or record are remembered at least after they were last used, and an
 * endpoint after it was last read; for twice as many at most. Source: own measurement: a hundred nodes that join one seed encode nothing twice, and a
 * node at rest sends so many in a quarter of a minute.
 */
export const REMEMBERED_PACKET_COUNT = 32;

/**
 * Messages that were measured and wait for their packet; beyond it all are forgotten, and encoded again when they leave.
 * Source: guess, more than one step sends, and little for who only measures.
 */
export const MEASURED_MESSAGE_COUNT_MAX = 64;
