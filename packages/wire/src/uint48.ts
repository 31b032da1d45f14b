/** Numbers of 48 bits in two halves: no 64-bit integer has to pass through JavaScript. */

const UINT32_RANGE = 0x1_0000_0000;

/** Largest upper half, of 16 bits. */
export const UPPER_HALF_MAX = 0xffff;

/** Upper 16 bits. */
export function upperHalf(value: number): number {
  return Math.floor(value / UINT32_RANGE);
}

/** Lower 32 bits. */
export function lowerHalf(value: number): number {
  return value % UINT32_RANGE;
}

/** The inverse of both. */
export function ofHalves(upper: number, lower: number): number {
  return upper * UINT32_RANGE + lower;
}
