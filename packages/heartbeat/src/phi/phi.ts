/**
 * Phi: how improbable it is that a member lives and has been silent for so long. [Phi]
 *
 *   phi = -log10(P(interval > silence))      exponential: silence / mean × log10(e)
 *
 * Deviation: the exponential form is Cassandra's, not the paper's: it needs no deviation, and never convicts early a
 * member whose heartbeats come through others and jitter with their rounds.
 */
import {
  LOGISTIC_CUBIC_FACTOR,
  LOGISTIC_LINEAR_FACTOR,
  PHI_CEILING,
  PHI_PER_RATIO,
  PHI_STEPS,
  type PhiConfig,
} from './config.ts';

/** Phi of a silence, rounded to thousandths. */
export function phiOf(silentMs: number, meanMs: number, deviationMs: number, config: Readonly<PhiConfig>): number {
  const phi =
    config.form === 'exponential'
      ? (silentMs / meanMs) * PHI_PER_RATIO
      : normalPhi((silentMs - meanMs - config.acceptedPauseMs) / deviationMs);
  return Math.round(Math.min(phi, PHI_CEILING) * PHI_STEPS) / PHI_STEPS;
}

/** Whether so much silence convicts. Exactly at the threshold it does not. */
export function isConvicted(phi: number, config: Readonly<PhiConfig>): boolean {
  return phi > config.phiMax;
}

/** Silence above which the exponential form convicts, ms: 18.42 means at a threshold of 8. */
export function convictionMs(meanMs: number, config: Readonly<PhiConfig>): number {
  return (config.phiMax / PHI_PER_RATIO) * meanMs;
}

/** -log10 of the upper tail of the normal distribution, `score` deviations above the mean. */
function normalPhi(score: number): number {
  const exponent = score * (LOGISTIC_LINEAR_FACTOR + LOGISTIC_CUBIC_FACTOR * score * score);
  // log10(1 + e^x), written so that neither tail overflows.
  return exponent > 0
    ? (exponent + Math.log1p(Math.exp(-exponent))) / Math.LN10
    : Math.log1p(Math.exp(exponent)) / Math.LN10;
}
