/** What the experiments of [Lifeguard] compare, and what they came to there. */
import { DURATION_MS_MAX } from '@hearsay/core';
import type { SwimConfig } from '@hearsay/swim';

/** Figures of the paper. Tables IV and V. */
export interface Published {
  /** False positives at any member, of those of SWIM, in percent; 4320 runs of the interval experiment. */
  readonly falsePercent: number;
  /** Messages sent, of those of SWIM, in percent. */
  readonly messagesPercent: number;
  /** Seconds until an anomalous member is first declared dead, in the threshold experiment: the median. */
  readonly firstSeconds: number;
  /** The 99th percentile of it. */
  readonly firstSecondsP99: number;
  /** Seconds until all have declared it dead: the median. */
  readonly allSeconds: number;
  readonly allSecondsP99: number;
}

/** A failure detector. */
export interface Variant {
  readonly config: Partial<SwimConfig>;
  readonly published?: Published;
}

export type VariantName = 'SWIM' | 'LHA-Probe' | 'LHA-Suspicion' | 'Buddy' | 'Lifeguard' | 'lag-aware';

/** All parts on, with the paper's α = 5 and β = 6 for 128 members, of which K = 3 follows. No probes by stream. */
const LIFEGUARD: Partial<SwimConfig> = {
  suspicionMultiplier: 5,
  suspicionMaxMultiplier: 6,
  probesByStream: false,
  lagToleranceMs: DURATION_MS_MAX,
};
const WITHOUT_PROBE = { localHealthMax: 0 } as const;
const WITHOUT_SUSPICION = { suspicionMaxMultiplier: 1 } as const;
const WITHOUT_BUDDY = { confrontsSuspects: false } as const;

/** The last one is what ships: Lifeguard, and a process that notices when it stood still. */
export const VARIANTS: Readonly<Record<VariantName, Variant>> = Object.freeze({
  SWIM: {
    config: { ...LIFEGUARD, ...WITHOUT_PROBE, ...WITHOUT_SUSPICION, ...WITHOUT_BUDDY },
    published: published(100, 100, 12.44, 16.96, 12.9, 16.93),
  },
  'LHA-Probe': {
    config: { ...LIFEGUARD, ...WITHOUT_SUSPICION, ...WITHOUT_BUDDY },
    published: published(67.72, 98.46, 12.42, 17.75, 12.9, 17.98),
  },
  'LHA-Suspicion': {
    config: { ...LIFEGUARD, ...WITHOUT_PROBE, ...WITHOUT_BUDDY },
    published: published(3, 111.31, 12.42, 17.47, 12.89, 17.33),
  },
  Buddy: {
    config: { ...LIFEGUARD, ...WITHOUT_PROBE, ...WITHOUT_SUSPICION },
    published: published(94.08, 100.07, 12.45, 17.12, 12.92, 17.18),
  },
  Lifeguard: {
    config: LIFEGUARD,
    published: published(1.53, 110.59, 12.45, 17.9, 12.91, 18.05),
  },
  'lag-aware': { config: { ...LIFEGUARD, lagToleranceMs: 200 } },
});

/** One line of tables IV and V. */
function published(
  falsePercent: number,
  messagesPercent: number,
  firstSeconds: number,
  firstSecondsP99: number,
  allSeconds: number,
  allSecondsP99: number,
): Published {
  return { falsePercent, messagesPercent, firstSeconds, firstSecondsP99, allSeconds, allSecondsP99 };
}

/** The variant of a job. Throws when there is none of that name. */
export function variantOf(name: unknown): Variant {
  const found = Object.entries(VARIANTS).find(([key]) => key === name);
  if (found === undefined) throw new TypeError(`${String(name)} is no variant`);
  return found[1];
}
