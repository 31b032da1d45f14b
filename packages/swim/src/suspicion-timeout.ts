/**
 * How long a suspicion lasts: long while one member alone suspects, shorter with every other that agrees.
 * [SWIM §4.2, Lifeguard §IV-B]
 *
 * Deviation: the wanted number of confirmations is not the paper's 3 but `suspicionMultiplier - 2`, and none in a
 * cluster too small for them, as in memberlist.
 */
import { SCALE_STEPS, type SwimConfig, UNABLE_COUNT } from './config.ts';

/** Between which times a suspicion ends, and what moves it. */
export interface SuspicionBounds {
  /** With all confirmations. ms. */
  readonly msMin: number;
  /** With none. ms. */
  readonly msMax: number;
  /** Confirmations by others than the first accuser that bring it down to `msMin`. [Lifeguard §IV-B, K] */
  readonly confirmationCountMax: number;
}

/** The bounds in a cluster of `memberCount`, which counts ourselves and the suspect. */
export function suspicionBounds(memberCount: number, config: Readonly<SwimConfig>): SuspicionBounds {
  const scale = Math.trunc(Math.max(1, Math.log10(Math.max(1, memberCount))) * SCALE_STEPS) / SCALE_STEPS;
  const msMin = Math.round(config.suspicionMultiplier * scale * config.probePeriodMs);
  const wanted = Math.max(0, Math.floor(config.suspicionMultiplier) - UNABLE_COUNT);
  // Where they change nothing, confirmations are not to be sent on either: that is plain SWIM.
  const isOff = config.suspicionMaxMultiplier === 1 || memberCount - UNABLE_COUNT < wanted;
  const confirmationCountMax = isOff ? 0 : wanted;
  const factor = confirmationCountMax === 0 ? 1 : config.suspicionMaxMultiplier;
  return { msMin, msMax: Math.round(msMin * factor), confirmationCountMax };
}

/**
 * How long a suspicion lasts after `confirmationCount` others have agreed, in whole ms:
 * `max - (max - min) × log(count + 1) / log(wanted + 1)`.
 */
export function suspicionTimeoutMs(confirmationCount: number, bounds: SuspicionBounds): number {
  const { msMin, msMax, confirmationCountMax } = bounds;
  if (confirmationCount >= confirmationCountMax) return msMin;
  const share = Math.log(confirmationCount + 1) / Math.log(confirmationCountMax + 1);
  return Math.max(msMin, Math.floor(msMax - share * (msMax - msMin)));
}
