/** What the codec accepts and remembers at most. What it accepts is checked before anything of that size is made. */

/**
 * Default for the largest packet in bytes, header included, as it may come in a stream frame.
 * Default 4 MiB: the members of a cluster of 65 536 with short names, or sixteen of the largest store values.
 * Source: guess.
 */
export const FRAME_BYTES_MAX: number = 4 * 1024 * 1024;

/**
 * Byte fields and embedded messages in one packet, all levels together. Two bytes of input can make an object of two
 * hundred; this keeps a hostile frame at about 60 MiB for a moment. A claim counts as one, and one more for each tag.
 * Source: 65 536 members with three tags each, and some room.
 */
export const VALUE_COUNT_MAX = 300_000;

/** Endpoints that are remembered as legal; the oldest is forgotten. Source: guess, about 1 MiB. */
export const KNOWN_ENDPOINT_COUNT_MAX = 8_192;
