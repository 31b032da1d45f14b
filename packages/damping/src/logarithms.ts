/**
 * Rounded logarithms, counted in whole steps: the last digit of `Math.log` differs between engines, and simulations
 * must not.
 */

/** ⌊e^i⌋ for i = 1 … 21: where ⌈ln n⌉ steps up, as far as the number of members of any cluster. */
const POWERS_OF_E: readonly number[] = Object.freeze([
  2, 7, 20, 54, 148, 403, 1_096, 2_980, 8_103, 22_026, 59_874, 162_754, 442_413, 1_202_604, 3_269_017, 8_886_110,
  24_154_952, 65_659_969, 178_482_300, 485_165_195, 1_318_815_734,
]);
/** ⌊e^(e^i)⌋ for i = 0 … 3: where ⌈ln ln n⌉ steps up. */
const POWERS_OF_POWERS_OF_E: readonly number[] = Object.freeze([2, 15, 1_618, 528_491_311]);

/** ⌈ln n⌉ for n of 2 and more, as far as 1.3 × 10^9, which it does not leave; 1 below that. */
export function ceilLn(n: number): number {
  return Math.max(1, countBelow(POWERS_OF_E, n));
}

/** ⌈ln ln n⌉, for n of 16 and more; 1 below that. So 2 up to 1618, 3 up to 5 × 10^8. */
export function ceilLnLn(n: number): number {
  return Math.max(1, countBelow(POWERS_OF_POWERS_OF_E, n) - 1);
}

/** One more than the last index whose threshold `n` exceeds, up to the length of the list. */
function countBelow(thresholds: readonly number[], n: number): number {
  const index = thresholds.findIndex((threshold) => n <= threshold);
  return index === -1 ? thresholds.length : index + 1;
}
