/** What a coin is tossed with: `Rng` is one. */
export interface Draw {
  /** Uniform over 0 … `bound`-1. */
  below(bound: number): number;
}
