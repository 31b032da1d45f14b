/** What was sent and what became of it. */

/** Counts since the start. `sentBytes` stays 0 without `sizeOf` or `codec`. */
export interface Traffic {
  /** Packets sent, whatever became of them. */
  readonly packetCount: number;
  /** Stream frames sent, whatever became of them. */
  readonly streamCount: number;
  readonly sentBytes: number;
  /** Messages handed to a core, duplicates included. */
  readonly deliveredCount: number;
  /** Lost by chance, to a stream's last retry, or because the receiver was down or unknown. */
  readonly lostCount: number;
  /** Lost to a partition or a block. */
  readonly blockedCount: number;
  /** Packets that the network doubled. */
  readonly duplicateCount: number;
  /** Packets lost because they exceeded `packetBytesMax`. */
  readonly oversizeCount: number;
  /** Packets lost because they exceeded the `mtuBytes` of their way. */
  readonly mtuCount: number;
  /** Packets that found no room in the queue for the bandwidth. */
  readonly congestedCount: number;
  /** Stream frames lost because their connection broke. */
  readonly resetCount: number;
  /** Packets that the network has damaged, whatever became of them. */
  readonly corruptCount: number;
  /** Messages that found the receive buffer full, of a node that was paused or whose I/O was blocked. */
  readonly overflowCount: number;
  /** Messages that the receiver's `decode` refused. */
  readonly undecodableCount: number;
}

/** The counts, while they are counted. */
export type TrafficCounts = { -readonly [K in keyof Traffic]: number };

export function noTraffic(): TrafficCounts {
  return {
    packetCount: 0,
    streamCount: 0,
    sentBytes: 0,
    deliveredCount: 0,
    lostCount: 0,
    blockedCount: 0,
    duplicateCount: 0,
    oversizeCount: 0,
    mtuCount: 0,
    congestedCount: 0,
    resetCount: 0,
    corruptCount: 0,
    overflowCount: 0,
    undecodableCount: 0,
  };
}
