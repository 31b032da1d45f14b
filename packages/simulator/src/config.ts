/** Options of the virtual network and of the simulation, each with its unit, its default and where that comes from. */
import { COUNT, type ConfigRule, checkedConfig, DURATION_MS_MAX, type NumberRange, PER_MILLE } from '@hearsay/core';

/** One direction between two nodes. Latency is `latencyMsMin`, plus an exponential tail, plus uniform jitter. */
export interface LinkConfig {
  /** Least time a message takes, in ms. 0 or more. Default 0.25. Source: guess, one rack. */
  readonly latencyMsMin: number;
  /**
   * Mean time in ms before jitter: what exceeds `latencyMsMin` is exponentially distributed. Equal to `latencyMsMin`:
   * no tail. Default 0.5. Source: guess, one rack.
   */
  readonly latencyMsMean: number;
  /**
   * Each message takes up to this many ms longer, uniformly. More than the time between two packets reorders them.
   * For a uniform range of 10 to 30 ms: `latencyMsMin` and `latencyMsMean` 10, `jitterMs` 20. Default 0.
   * Source: the tail reorders already.
   */
  readonly jitterMs: number;
  /** Packets lost, of a thousand. A stream loses none, it is late instead. Default 0. Source: faults are asked for. */
  readonly lossPerMille: number;
  /** Packets that arrive twice, of a thousand. Default 0. Source: faults are asked for. */
  readonly duplicatePerMille: number;
  /** Delay in ms of a stream for its first lost segment; it doubles with each more. Default 200. Source: Linux TCP_RTO_MIN. */
  readonly streamRetransmitMs: number;
  /**
   * Time in ms after which the sender gives up a frame that has not arrived, and its connection with it: what it sends
   * next goes by a new one. Default 30 000. Source: `frameTimeoutMs` of the runtime.
   */
  readonly streamTimeoutMs: number;
  /** Chance that a stream breaks at a frame, of a thousand: it and all before it that is under way is lost. Default 0. */
  readonly streamResetPerMille: number;
  /** A larger packet is lost and counted; known only with `sizeOf` or `codec`. Default 65507. Source: UDP over IPv4. */
  readonly packetBytesMax: number;
  /**
   * A larger packet vanishes on the way, as in a tunnel whose complaints are filtered; a stream finds its way. Bytes;
   * known only with `sizeOf` or `codec`. Default 65507. Source: faults are asked for.
   */
  readonly mtuBytes: number;
  /**
   * Packets some bits of which change on the way, of a thousand. Without a codec there are no bits: such a packet is
   * lost. Streams have checksums of their own. Default 0. Source: faults are asked for.
   */
  readonly corruptPerMille: number;
  /** Packets that stray and arrive up to `strayMs` later, of a thousand: out of a life that is over, now and then. Default 0. */
  readonly strayPerMille: number;
  /** Longest way of a stray packet in ms. Default 60,000. Source: the longest time that IP lets a packet live is near it. */
  readonly strayMs: number;
  /** Bandwidth of this direction in bytes per second; 0 for no limit. Known only with `sizeOf` or `codec`. Default 0. */
  readonly bytesPerSecond: number;
  /** Bytes that wait for bandwidth; a packet that finds no room is lost, a stream waits. Default 65536. Source: guess. */
  readonly queueBytesMax: number;
}

/** Every link has these values unless it was set apart. */
export type NetworkConfig = LinkConfig;

/** Limits of a simulation, and its place in wall time. */
export interface SimulationConfig {
  /** Wall time in ms since 1970 at virtual time 0. Default 2026-01-01T00:00Z. Source: any fixed day. */
  readonly wallMsStart: number;
  /** Events waiting at once; one more throws `OverflowError`. Default 5 000 000. Source: guess, about 1 GB. */
  readonly eventCountMax: number;
  /**
   * Events without any passing of time after which `OverflowError` is thrown: cores that answer each other without
   * delay would keep a run from ever ending. Default 1 000 000. Source: ten thousand nodes with a hundred events each.
   */
  readonly instantEventCountMax: number;
  /**
   * Messages that wait for a node that is paused, or whose I/O is blocked; what comes after is lost, as in a full socket
   * buffer. Its timers and commands always wait. Default 1000. Source: guess, a receive buffer of 208 KiB full of small packets.
   */
  readonly waitingMessageCountMax: number;
  /** Trace lines kept, the newest ones; 0 keeps the digest alone, which is much faster. Default 0. */
  readonly traceLineCountMax: number;
  /**
   * Whether there is a trace at all. Without one two runs cannot be compared, and a run takes a quarter less time.
   * Default true. Source: own measurement with 128 nodes.
   */
  readonly isTraced: boolean;
}

/** One quiet rack: under a millisecond, nothing lost. */
export const NETWORK_DEFAULTS: Readonly<NetworkConfig> = Object.freeze({
  latencyMsMin: 0.25,
  latencyMsMean: 0.5,
  jitterMs: 0,
  lossPerMille: 0,
  duplicatePerMille: 0,
  streamRetransmitMs: 200,
  streamTimeoutMs: 30_000,
  streamResetPerMille: 0,
  packetBytesMax: 65_507,
  mtuBytes: 65_507,
  corruptPerMille: 0,
  strayPerMille: 0,
  strayMs: 60_000,
  bytesPerSecond: 0,
  queueBytesMax: 65_536,
});

/** See `SimulationConfig`. */
export const SIMULATION_DEFAULTS: Readonly<SimulationConfig> = Object.freeze({
  wallMsStart: 1_767_225_600_000,
  eventCountMax: 5_000_000,
  instantEventCountMax: 1_000_000,
  waitingMessageCountMax: 1_000,
  traceLineCountMax: 0,
  isTraced: true,
});

const DELAY: NumberRange = Object.freeze({ min: 0, max: DURATION_MS_MAX, integer: false });
const COUNT_OR_NONE: NumberRange = Object.freeze({ min: 0, max: Number.MAX_SAFE_INTEGER });

const NETWORK_RULES: readonly ConfigRule<NetworkConfig>[] = [
  (config) => (config.latencyMsMean < config.latencyMsMin ? 'latencyMsMean: below latencyMsMin' : undefined),
];

/**
 * Fills in what is missing, by default with `NETWORK_DEFAULTS`. Throws one `ConfigError` with every problem. A
 * minimum above the default mean, and no mean given, means no tail.
 */
export function networkConfig(
  partial: Partial<NetworkConfig> = {},
  defaults: Readonly<NetworkConfig> = NETWORK_DEFAULTS,
): Readonly<NetworkConfig> {
  const latencyMsMin = partial.latencyMsMin ?? defaults.latencyMsMin;
  const latencyMsMean = partial.latencyMsMean ?? Math.max(latencyMsMin, defaults.latencyMsMean);
  return checkedConfig(
    'NetworkConfig',
    defaults,
    { ...partial, latencyMsMin, latencyMsMean },
    {
      latencyMsMin: DELAY,
      latencyMsMean: DELAY,
      jitterMs: DELAY,
      lossPerMille: PER_MILLE,
      duplicatePerMille: PER_MILLE,
      streamRetransmitMs: DELAY,
      streamTimeoutMs: DELAY,
      streamResetPerMille: PER_MILLE,
      packetBytesMax: COUNT,
      mtuBytes: COUNT,
      corruptPerMille: PER_MILLE,
      strayPerMille: PER_MILLE,
      strayMs: DELAY,
      bytesPerSecond: COUNT_OR_NONE,
      queueBytesMax: COUNT,
    },
    NETWORK_RULES,
  );
}

/** Fills in what is missing. Throws one `ConfigError` with every problem. */
export function simulationConfig(partial: Partial<SimulationConfig> = {}): Readonly<SimulationConfig> {
  return checkedConfig('SimulationConfig', SIMULATION_DEFAULTS, partial, {
    wallMsStart: COUNT_OR_NONE,
    eventCountMax: COUNT,
    instantEventCountMax: COUNT,
    waitingMessageCountMax: COUNT_OR_NONE,
    traceLineCountMax: COUNT_OR_NONE,
  });
}
