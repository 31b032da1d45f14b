/** How every configuration is made: defaults filled in, all rules checked, all problems reported at once, frozen. */
import { ConfigError } from './errors.ts';

/** The legal range of a number. Both ends are included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Default true. */
  readonly integer?: boolean;
}

/** A range for each numeric option, so that none can be forgotten: the compiler asks for it. */
export type NumberRanges<C> = { readonly [K in keyof C as C[K] extends number ? K : never]: NumberRange };

/** A rule between options: the problem as a sentence, or `undefined`. */
export type ConfigRule<C> = (config: Readonly<C>) => string | undefined;

/** Longest duration that Node's timers keep: above 2^31-1 ms `setTimeout` fires at once. */
export const DURATION_MS_MAX: number = 2 ** 31 - 1;

/** Any duration of at least one millisecond. */
export const DURATION: NumberRange = Object.freeze({ min: 1, max: DURATION_MS_MAX, integer: false });
/** Any count of at least one. */
export const COUNT: NumberRange = Object.freeze({ min: 1, max: Number.MAX_SAFE_INTEGER });
/** A share of a thousand. */
export const PER_MILLE: NumberRange = Object.freeze({ min: 0, max: 1_000 });

/**
 * Fills `partial` up with `defaults`, checks unknown options, types, ranges and rules, and freezes.
 * Throws one `ConfigError` that names every problem; nothing is created then.
 */
export function checkedConfig<C extends object>(
  subject: string,
  defaults: Readonly<C>,
  partial: Partial<C>,
  ranges: NumberRanges<C>,
  rules: readonly ConfigRule<C>[] = [],
): Readonly<C> {
  const known = new Map<string, unknown>(Object.entries(defaults));
  const problems: string[] = [];
  // A copy by spreading has the shape of the original; one that is made entry by entry takes twice the room.
  const config: Record<string, unknown> = { ...(defaults as Readonly<Record<string, unknown>>) };
  for (const [key, value] of Object.entries(partial)) {
    if (!known.has(key)) problems.push(`${key}: unknown option`);
    else if (value !== undefined) config[key] = value;
  }
  for (const [key, expected] of known) {
    if (typeof config[key] !== typeof expected) problems.push(`${key}: expected a ${typeof expected}`);
  }
  for (const [key, range] of Object.entries<NumberRange>(ranges)) {
    const problem = rangeProblem(key, config[key], range);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length === 0) {
    for (const rule of rules) {
      const problem = rule(config as C);
      if (problem !== undefined) problems.push(problem);
    }
  }
  if (problems.length > 0) throw new ConfigError(subject, problems);
  return Object.freeze(config) as Readonly<C>;
}

function rangeProblem(key: string, value: unknown, range: NumberRange): string | undefined {
  if (typeof value !== 'number') return undefined;
  const isWhole = range.integer === false || Number.isInteger(value);
  if (isWhole && value >= range.min && value <= range.max) return undefined;
  const kind = range.integer === false ? 'a number' : 'a whole number';
  return `${key}: ${value} is not ${kind} of ${range.min} to ${range.max}`;
}
