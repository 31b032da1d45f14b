/** What a transport did, counted: the source of its metrics. */
import type { Via } from '@hearsay/core';

/** Why something was not sent, or not handed on. */
export type DropReason =
  /** The endpoint is not one, or its port is 0. */
  | 'bad-endpoint'
  /** An IPv6 endpoint from a transport bound to IPv4, or the reverse. */
  | 'wrong-family'
  /** DNS knows no address, or too many wait for DNS. */
  | 'unresolved'
  /** No bytes at all. */
  | 'empty'
  /** The transport was closed. */
  | 'closed'
  /** The kernel refused a packet. */
  | 'send-failed'
  /** More than `packetQueueBytesMax` waits for the kernel. */
  | 'packet-queue-full'
  /** More than `pendingBytesMax` waits for one connection. */
  | 'pending-full'
  /** `outboundCountMax` connections are open and none is idle. */
  | 'outbound-full'
  /** A frame was waiting on a connection that ended, or was never established. */
  | 'connection-lost'
  /** A connection of a peer was refused: `inboundCountMax`. */
  | 'inbound-full'
  /** A frame's length was 0 or above `frameBytesMax`. */
  | 'bad-frame-length'
  /** A connection ended in the middle of a frame. */
  | 'truncated-frame'
  /** A peer took more than `frameTimeoutMs` for one frame. */
  | 'slow-frame'
  /** A peer sent bytes on a connection that we dialled; those are one-way. */
  | 'unexpected-bytes'
  /** A fault plan blocks the peer. */
  | 'fault-blocked'
  /** A fault plan lost the packet. */
  | 'fault-lost'
  /** Too much waits for its delay by a fault plan. */
  | 'fault-overflow';

const DROP_REASONS: readonly DropReason[] = [
  'bad-endpoint',
  'wrong-family',
  'unresolved',
  'empty',
  'closed',
  'send-failed',
  'packet-queue-full',
  'pending-full',
  'outbound-full',
  'connection-lost',
  'inbound-full',
  'bad-frame-length',
  'truncated-frame',
  'slow-frame',
  'unexpected-bytes',
  'fault-blocked',
  'fault-lost',
  'fault-overflow',
];

/** Totals since the start. Bytes are those of the payload. */
export interface TrafficCounters {
  /** Handed to the kernel. */
  readonly sentCount: number;
  readonly sentBytes: number;
  /** Handed to `onReceive`. */
  readonly receivedCount: number;
  readonly receivedBytes: number;
}

/** A copy; it does not change. */
export interface TransportCounters {
  readonly packets: TrafficCounters;
  readonly frames: TrafficCounters;
  /** Every reason is present. */
  readonly drops: Readonly<Record<DropReason, number>>;
  readonly connections: {
    /** Open now, dialled by others. */
    readonly inboundCount: number;
    /** Open or being established now, dialled by us. */
    readonly outboundCount: number;
    /** Totals since the start. */
    readonly acceptedCount: number;
    readonly establishedCount: number;
    readonly failedCount: number;
  };
  readonly lookups: { readonly startedCount: number; readonly failedCount: number };
  /** Errors of sockets and of DNS, reported or not. */
  readonly errorCount: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The counters of one transport while they count. */
export class Tally {
  readonly #traffic: Record<Via, Mutable<TrafficCounters>> = { packet: noTraffic(), stream: noTraffic() };
  /** Of reasons that there were. */
  readonly #drops = new Map<DropReason, number>();
  acceptedCount = 0;
  establishedCount = 0;
  failedCount = 0;
  lookupCount = 0;
  lookupFailedCount = 0;
  errorCount = 0;

  sent(via: Via, sizeBytes: number): void {
    this.#traffic[via].sentCount += 1;
    this.#traffic[via].sentBytes += sizeBytes;
  }

  received(via: Via, sizeBytes: number): void {
    this.#traffic[via].receivedCount += 1;
    this.#traffic[via].receivedBytes += sizeBytes;
  }

  dropped(reason: DropReason, count = 1): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + count);
  }

  snapshot(inboundCount: number, outboundCount: number): TransportCounters {
    const { acceptedCount, establishedCount, failedCount, errorCount } = this;
    return {
      packets: { ...this.#traffic.packet },
      frames: { ...this.#traffic.stream },
      drops: dropRecord((reason) => this.#drops.get(reason) ?? 0),
      connections: { inboundCount, outboundCount, acceptedCount, establishedCount, failedCount },
      lookups: { startedCount: this.lookupCount, failedCount: this.lookupFailedCount },
      errorCount,
    };
  }
}

/** `counters` with the drops of a wrapper added to its own. */
export function withDrops(counters: TransportCounters, more: ReadonlyMap<DropReason, number>): TransportCounters {
  return { ...counters, drops: dropRecord((reason) => counters.drops[reason] + (more.get(reason) ?? 0)) };
}

function dropRecord(countOf: (reason: DropReason) => number): Record<DropReason, number> {
  return Object.fromEntries(DROP_REASONS.map((reason) => [reason, countOf(reason)])) as Record<DropReason, number>;
}

function noTraffic(): Mutable<TrafficCounters> {
  return { sentCount: 0, sentBytes: 0, receivedCount: 0, receivedBytes: 0 };
}
