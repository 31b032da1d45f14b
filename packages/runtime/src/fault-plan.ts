/** Faults that a node inflicts on its own network, so that partitions can be made without root. */
import {
  type ConfigRule,
  checkedConfig,
  DURATION_MS_MAX,
  type Endpoint,
  endpointParts,
  type NumberRange,
  PER_MILLE,
} from '@hearsay/core';

/** All faults of one transport. Blocking works in both directions; loss and delay meet what leaves, as with netem. */
export interface FaultPlan {
  /** Nothing is exchanged with these endpoints, neither packets nor frames. Default none. */
  readonly block: readonly Endpoint[];
  /** Packets lost on their way out, of a thousand. Frames are not: TCP would repeat them. Default 0. */
  readonly lossPerMille: number;
  /** Packets and frames leave so many ms later. Default 0. */
  readonly delayMs: number;
  /** Up to so many ms more, uniformly. Packets overtake each other then, frames to one endpoint do not. Default 0. */
  readonly jitterMs: number;
}

/** A healthy network. */
export const NO_FAULTS: Readonly<FaultPlan> = Object.freeze({
  block: Object.freeze([]),
  lossPerMille: 0,
  delayMs: 0,
  jitterMs: 0,
});

const DELAY: NumberRange = Object.freeze({ min: 0, max: DURATION_MS_MAX, integer: false });

const RULES: readonly ConfigRule<FaultPlan>[] = [
  ({ block }) => (Array.isArray(block) ? undefined : 'block: expected a list of endpoints'),
  ({ block }) => {
    const wrong = Array.isArray(block) ? block.find((endpoint) => !isEndpointText(endpoint)) : undefined;
    return wrong === undefined ? undefined : `block: ${JSON.stringify(wrong)} is not an endpoint`;
  },
];

/** Fills in defaults, checks, copies and freezes. Throws one `ConfigError` naming all problems. */
export function faultPlan(partial: Partial<FaultPlan> = {}): Readonly<FaultPlan> {
  const plan = checkedConfig(
    'FaultPlan',
    NO_FAULTS,
    partial,
    { lossPerMille: PER_MILLE, delayMs: DELAY, jitterMs: DELAY },
    RULES,
  );
  return Object.freeze({ ...plan, block: Object.freeze([...plan.block]) });
}

function isEndpointText(value: unknown): boolean {
  return typeof value === 'string' && endpointParts(value) !== undefined;
}
