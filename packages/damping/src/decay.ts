/**
 * Exponential decay that is the same on every machine. [RFC2439 §2.3]
 *
 * Time is cut into steps of 1/65536 of a half-life. A whole half-life halves the penalty; of the steps that remain,
 * each binary digit stands for a factor of the table below. So there are multiplications and comparisons only, which
 * IEEE 754 defines to the last bit. `Math.exp`, `Math.log` and `**` are only approximated, each engine in its way, and
 * whoever branches on them forks a simulation. Rounding times down to a step changes a penalty by less than 1 part in
 * 94,000.
 */

/** Steps in a half-life: one for each number of as many binary digits as `FACTORS` has entries. */
export const STEPS_PER_HALF_LIFE = 65_536;

/** What is left of a penalty after 1/2, 1/4, 1/8 … of a half-life: each is the square root of the one before. */
const FACTORS: readonly number[] = Object.freeze([
  Math.SQRT1_2,
  0.8408964152537145,
  0.9170040432046712,
  0.9576032806985737,
  0.9785720620877001,
  0.9892280131939755,
  0.9945994234836332,
  0.9972960560854701,
  0.9986471128909702,
  0.9993233275026507,
  0.9996616064962437,
  0.9998307889319291,
  0.9999153908866135,
  0.9999576945484311,
  0.9999788470504919,
  0.9999894234693144,
]);

/** After so many halvings nothing is left that counts: the greatest penalty is 2^33 points, a grain of one 2^-20. */
const HALVING_COUNT_MAX = 64;

/** The step that `nowMs` falls into, counted from time zero. */
export function stepAt(nowMs: number, halfLifeMs: number): number {
  return Math.floor((nowMs * STEPS_PER_HALF_LIFE) / halfLifeMs);
}

/** The first whole millisecond of a step. */
export function msAt(step: number, halfLifeMs: number): number {
  return Math.ceil((step * halfLifeMs) / STEPS_PER_HALF_LIFE);
}

/** What is left of `penalty` after so many steps. */
export function decayed(penalty: number, stepCount: number): number {
  if (stepCount >= HALVING_COUNT_MAX * STEPS_PER_HALF_LIFE) return 0;
  let rest = penalty;
  let stepsLeft = stepCount;
  for (; stepsLeft >= STEPS_PER_HALF_LIFE; stepsLeft -= STEPS_PER_HALF_LIFE) rest /= 2;
  let digit = STEPS_PER_HALF_LIFE;
  for (const factor of FACTORS) {
    digit /= 2;
    if (stepsLeft < digit) continue;
    rest *= factor;
    stepsLeft -= digit;
  }
  return rest;
}

/**
 * The least number of steps after which `decayed` gives `limit` or less. `limit` is above zero.
 *
 * It multiplies by the same factors in the same order as `decayed`, so the two agree exactly and not only nearly: who
 * looks again after so many steps is never a step early.
 */
export function stepsUntil(penalty: number, limit: number): number {
  if (penalty <= limit) return 0;
  let rest = penalty;
  let stepCount = 0;
  for (; rest / 2 > limit; rest /= 2) stepCount += STEPS_PER_HALF_LIFE;
  let digit = STEPS_PER_HALF_LIFE;
  for (const factor of FACTORS) {
    digit /= 2;
    if (rest * factor <= limit) continue;
    rest *= factor;
    stepCount += digit;
  }
  return stepCount + 1;
}
