/** A transport with faults on demand. With no plan set it behaves as the transport inside. */
import { type Endpoint, type Rng, TooLargeError, type Via } from '@hearsay/core';
import { monotonicNowMs } from './clock.ts';
import { type TransportConfig, transportConfig } from './config.ts';
import { type DropReason, type TransportCounters, withDrops } from './counters.ts';
import { DelayLine } from './delay-line.ts';
import { type FaultPlan, faultPlan, NO_FAULTS } from './fault-plan.ts';
import { openTransport } from './socket-transport.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** Bytes that may wait for their delay; what exceeds it is lost. Source: guess, a second at half a gigabit. */
export const DELAYED_BYTES_MAX: number = 64 * 1_024 * 1_024;

/** How to open a transport with faults: as without, and these. */
export interface FaultyTransportOptions extends TransportOptions {
  /** Draws losses and jitter: the same seed and the same sends give the same faults. */
  readonly rng: Rng;
  /**
   * The endpoint that a sender is blocked by. Frames come from a port that nobody listens on, and packets of a host
   * with several addresses from any of them, so it has to be read from the payload. Asked only while somebody is
   * blocked. `undefined` means unknown. Default: `from`, which blocks packets alone.
   */
  readonly senderOf?: (from: Endpoint, bytes: Uint8Array, via: Via) => Endpoint | undefined;
}

/** Opens a transport whose faults can be set. Throws what `openTransport` throws. */
export async function openFaultyTransport(options: FaultyTransportOptions): Promise<FaultyTransport> {
  const { rng, senderOf = (from) => from, onReceive, ...rest } = options;
  const { bind: _bind, onError: _onError, lookup: _lookup, ...limits } = rest;
  const faults = new Faults();
  const inner = await openTransport({
    ...rest,
    onReceive: (from, bytes, via) => {
      if (!faults.isBlocking || !faults.blocks(senderOf(from, bytes, via) ?? from)) onReceive(from, bytes, via);
    },
  });
  return new FaultyTransport(inner, transportConfig(limits), faults, rng);
}

/** The plan in force and what it cost. */
class Faults {
  readonly drops: Map<DropReason, number> = new Map();
  plan: Readonly<FaultPlan> = NO_FAULTS;
  #blocked: ReadonlySet<Endpoint> = new Set();

  get isBlocking(): boolean {
    return this.#blocked.size > 0;
  }

  set(plan: Readonly<FaultPlan>): void {
    this.plan = plan;
    this.#blocked = new Set(plan.block);
  }

  /** Whether nothing may be exchanged with `peer`; counts the drop if so. */
  blocks(peer: Endpoint): boolean {
    const isBlocked = this.#blocked.has(peer);
    if (isBlocked) this.dropped('fault-blocked');
    return isBlocked;
  }

  dropped(reason: DropReason): void {
    this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
  }
}

/** See `openFaultyTransport`. */
export class FaultyTransport implements Transport {
  readonly #inner: Transport;
  readonly #config: Readonly<TransportConfig>;
  readonly #faults: Faults;
  readonly #rng: Rng;
  readonly #line = new DelayLine(DELAYED_BYTES_MAX);
  /** When the last frame to an endpoint leaves, as long as it waits: the next must not overtake it. */
  readonly #frameDueMs = new Map<Endpoint, number>();

  /** Use `openFaultyTransport`: incoming bytes must pass the same faults. */
  constructor(inner: Transport, config: Readonly<TransportConfig>, faults: Faults, rng: Rng) {
    this.#inner = inner;
    this.#config = config;
    this.#faults = faults;
    this.#rng = rng;
  }

  get endpoint(): Endpoint {
    return this.#inner.endpoint;
  }

  /** The plan in force. */
  get plan(): Readonly<FaultPlan> {
    return this.#faults.plan;
  }

  /**
   * Replaces the plan as a whole. What is under way keeps its delay, but no longer crosses a new block. Throws
   * `ConfigError`; the plan is then unchanged.
   */
  set(plan: Partial<FaultPlan>): void {
    this.#faults.set(faultPlan(plan));
  }

  /** Heals the network. */
  clear(): void {
    this.#faults.set(NO_FAULTS);
  }

  sendPacket(to: Endpoint, bytes: Uint8Array): void {
    const { packetBytesMax } = this.#config;
    if (bytes.length > packetBytesMax)
      throw new TooLargeError('a packet', bytes.length, packetBytesMax, 'packetBytesMax');
    if (this.#faults.blocks(to)) return;
    if (this.#rng.chance(this.#faults.plan.lossPerMille)) return this.#faults.dropped('fault-lost');
    const delayMs = this.#drawDelayMs();
    if (delayMs === 0) return this.#inner.sendPacket(to, bytes);
    this.#hold(monotonicNowMs() + delayMs, bytes.length, () => {
      if (!this.#faults.blocks(to)) this.#inner.sendPacket(to, bytes);
    });
  }

  sendFrame(to: Endpoint, bytes: Uint8Array): void {
    const { frameBytesMax } = this.#config;
    if (bytes.length > frameBytesMax) throw new TooLargeError('a frame', bytes.length, frameBytesMax, 'frameBytesMax');
    if (this.#faults.blocks(to)) return;
    const delayMs = this.#drawDelayMs();
    const lastDueMs = this.#frameDueMs.get(to);
    if (delayMs === 0 && lastDueMs === undefined) return this.#inner.sendFrame(to, bytes);
    const dueMs = Math.max(monotonicNowMs() + delayMs, lastDueMs ?? 0);
    const isHeld = this.#hold(dueMs, bytes.length, () => {
      if (this.#frameDueMs.get(to) === dueMs) this.#frameDueMs.delete(to);
      if (!this.#faults.blocks(to)) this.#inner.sendFrame(to, bytes);
    });
    if (isHeld) this.#frameDueMs.set(to, dueMs);
  }

  counters(): TransportCounters {
    return withDrops(this.#inner.counters(), this.#faults.drops);
  }

  /** What still waits for its delay is lost. */
  close(): Promise<void> {
    this.#line.clear();
    this.#frameDueMs.clear();
    return this.#inner.close();
  }

  #drawDelayMs(): number {
    const { delayMs, jitterMs } = this.#faults.plan;
    return jitterMs === 0 ? delayMs : delayMs + this.#rng.fraction() * jitterMs;
  }

  #hold(dueMs: number, sizeBytes: number, release: () => void): boolean {
    const isHeld = this.#line.hold(dueMs, sizeBytes, release);
    if (!isHeld) this.#faults.dropped('fault-overflow');
    return isHeld;
  }
}
