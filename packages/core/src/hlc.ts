/**
 * Hybrid logical clock: timestamps that respect causality and stay close to wall time. [HLC §3]
 *
 * A local or remote event takes the highest wall time seen; the counter breaks ties. The distance to the local wall
 * clock is bounded: a stamp from too far ahead is refused, or one wrong clock would drag every node along.
 */
import { ClockSkewError } from './errors.ts';

/** One instant. Ordered by `wallMs`, then `counter`; records add the origin as the last tie-break. */
export interface HlcStamp {
  /** Milliseconds since 1970, an integer below 2^48. */
  readonly wallMs: number;
  /** 0-65535: events that share a millisecond. */
  readonly counter: number;
}

/** Largest counter. Source: two bytes on the wire; 82 was the most seen at ten sends a millisecond. */
export const HLC_COUNTER_MAX = 65_535;
/** Largest wall time: 48 bits, the year 10889. */
export const HLC_WALL_MS_MAX: number = 2 ** 48 - 1;

/** Negative when `a` is earlier, positive when later, 0 when equal. */
export function compareStamps(a: HlcStamp, b: HlcStamp): number {
  return a.wallMs - b.wallMs || a.counter - b.counter;
}

/** One node's clock. The wall time is handed in, so the clock itself is pure. */
export class HybridClock {
  /** Largest distance, in ms, that a stamp may lie ahead of the local wall clock. */
  readonly #skewMsMax: number;
  #last: HlcStamp = { wallMs: 0, counter: 0 };
  /** See `present`. */
  #promisedMs = 0;

  constructor(skewMsMax: number) {
    this.#skewMsMax = skewMsMax;
  }

  /** The latest stamp issued or witnessed. */
  get last(): HlcStamp {
    return this.#last;
  }

  /** The latest millisecond issued, witnessed or promised: where a later life may go on. */
  get latestMs(): number {
    return Math.max(this.#last.wallMs, this.#promisedMs);
  }

  /** A stamp later than every stamp issued or witnessed before. */
  issue(wallMs: number): HlcStamp {
    const nowMs = Math.max(Math.floor(wallMs), this.#kept(wallMs));
    return this.#advance(nowMs > this.#last.wallMs ? { wallMs: nowMs, counter: 0 } : this.#successor());
  }

  /**
   * A millisecond below which nothing will be issued any more: a promise to peers. It is not kept when the wall clock
   * turns out to have been ahead by more than the bound: no peer whose clock is right believed it then, and to keep it
   * would make every later stamp one that they refuse.
   */
  present(wallMs: number): number {
    this.#promisedMs = Math.max(Math.floor(wallMs), this.#last.wallMs, this.#kept(wallMs));
    return this.#promisedMs;
  }

  /**
   * Goes on after `stamp`, however far ahead it is: what this node issued in an earlier life, or must not write below,
   * is no matter of trust.
   */
  resume(stamp: HlcStamp): void {
    if (compareStamps(stamp, this.#last) > 0) this.#last = { wallMs: stamp.wallMs, counter: stamp.counter };
  }

  /** Whether a peer's stamp is near enough to the local wall clock to be accepted. */
  accepts(stamp: HlcStamp, wallMs: number): boolean {
    return stamp.wallMs - wallMs <= this.#skewMsMax;
  }

  /** Takes note of a peer's stamp. Throws `ClockSkewError` when it is too far ahead; the clock is then unchanged. */
  witness(stamp: HlcStamp, wallMs: number): void {
    if (!this.accepts(stamp, wallMs)) throw new ClockSkewError(stamp.wallMs - Math.floor(wallMs), this.#skewMsMax);
    if (compareStamps(stamp, this.#last) > 0) this.#last = { wallMs: stamp.wallMs, counter: stamp.counter };
  }

  #kept(wallMs: number): number {
    return this.#promisedMs - wallMs <= this.#skewMsMax ? this.#promisedMs : 0;
  }

  /** A full counter borrows a millisecond from the future: order matters more than the last digit. */
  #successor(): HlcStamp {
    const { wallMs, counter } = this.#last;
    return counter < HLC_COUNTER_MAX ? { wallMs, counter: counter + 1 } : { wallMs: wallMs + 1, counter: 0 };
  }

  #advance(stamp: HlcStamp): HlcStamp {
    this.#last = stamp;
    return stamp;
  }
}
