/** Tuning of phi accrual. */
import { COUNT, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';

/** How heartbeats are taken to be distributed, and how many of them are remembered. [Phi] */
export interface PhiConfig {
  /**
   * What the intervals are taken to follow. `exponential`: only their mean counts, as in Cassandra, and silence is
   * judged by its ratio to the mean. `normal`: mean and deviation count, as in the paper, so that regular heartbeats are
   * missed sooner and jittery ones later. Default `exponential`.
   */
  readonly form: 'exponential' | 'normal';
  /**
   * Phi above which a member is convicted: at phi the silence has a chance of 10^-phi if the member lives. Unit: none,
   * a decimal exponent. Higher forgives more, lower notices sooner. Default 8. Source: Cassandra, which lets operators
   * choose 5 to 16; with the exponential form that is a silence of more than 18.42 mean intervals.
   */
  readonly phiMax: number;
  /** Intervals remembered per member; the oldest is dropped first. Default 1000. Source: Cassandra, and [Phi]. */
  readonly sampleCountMax: number;
  /** What an interval is taken to be before any has been measured, ms. Default 2000. Source: Cassandra, two rounds. */
  readonly initialIntervalMs: number;
  /**
   * How many intervals of `initialIntervalMs` the first heartbeat puts into the window. More make early verdicts
   * slower to trust what is measured. Default 1. Source: Cassandra; chitchat has 5.
   */
  readonly initialSampleCount: number;
  /**
   * Intervals longer than this are not remembered: they are outages and not how the member beats, and would make the
   * next outage look usual. Default 2000 ms. Source: Cassandra up to 4.1.
   */
  readonly intervalMsMax: number;
  /**
   * Least standard deviation, normal form only: intervals that are all alike would convict at the first late packet.
   * Default 100 ms. Source: Akka's min-std-deviation.
   */
  readonly deviationMsMin: number;
  /** Silence added to the mean, normal form only. Default 0 ms. Source: Akka's acceptable-heartbeat-pause, 3 s in a cluster. */
  readonly acceptedPauseMs: number;
}

/** Defaults with their sources above. */
export const PHI_DEFAULTS: Readonly<PhiConfig> = Object.freeze({
  form: 'exponential',
  phiMax: 8,
  sampleCountMax: 1_000,
  initialIntervalMs: 2_000,
  initialSampleCount: 1,
  intervalMsMax: 2_000,
  deviationMsMin: 100,
  acceptedPauseMs: 0,
});

/** Heartbeats five times as often. Source: guess. */
export const PHI_LOCAL: Readonly<PhiConfig> = Object.freeze({
  ...PHI_DEFAULTS,
  initialIntervalMs: 400,
  intervalMsMax: 400,
  deviationMsMin: 20,
});

/** Above 16 the logarithm of a double ends soon. Source: Cassandra's upper bound, and the range of a double. */
const PHI_RANGE: NumberRange = Object.freeze({ min: 0.1, max: 100, integer: false });
/** Nothing added. */
const PAUSE: NumberRange = Object.freeze({ ...DURATION, min: 0 });
const FORMS: ReadonlySet<string> = new Set<PhiConfig['form']>(['exponential', 'normal']);

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function phiConfig(partial: Partial<PhiConfig> = {}): Readonly<PhiConfig> {
  return checkedConfig(
    'PhiConfig',
    PHI_DEFAULTS,
    partial,
    {
      phiMax: PHI_RANGE,
      sampleCountMax: COUNT,
      initialIntervalMs: DURATION,
      initialSampleCount: COUNT,
      intervalMsMax: DURATION,
      deviationMsMin: DURATION,
      acceptedPauseMs: PAUSE,
    },
    [
      ({ form }) => (FORMS.has(form) ? undefined : `form: ${JSON.stringify(form)} is none: use exponential or normal`),
      ({ initialSampleCount, sampleCountMax }) =>
        initialSampleCount <= sampleCountMax ? undefined : 'initialSampleCount: above sampleCountMax',
    ],
  );
}

/** Two ways to say the same chance: as e^-x and as 10^-phi. */
export const PHI_PER_RATIO: number = 1 / Math.LN10;
/** Phi is compared in thousandths, so that no platform's last bit of a logarithm decides. Source: as for suspicions. */
export const PHI_STEPS = 1_000;
/** The logistic approximation of the normal distribution, to within 1.4e-4. Source: the one that Akka uses, by Bowling et al. */
export const LOGISTIC_LINEAR_FACTOR = 1.5976;
/** Its cubic term. */
export const LOGISTIC_CUBIC_FACTOR = 0.070566;
/** Where a double has no smaller chance to tell. Source: the least normal double is about 10^-308. */
export const PHI_CEILING = 300;
