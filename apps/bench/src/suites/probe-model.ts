/**
 * When a crashed member is first probed, exactly: the mean and the spread over all shuffles and phases.
 *
 * Each of the n-1 others goes through a shuffled list of n-1 members, one per period, and shuffles it anew at its end.
 * [SWIM §4.3] At the crash all have had the same number of turns. The first probe comes when the luckiest of them does,
 * and they are independent, so P(not yet) is the (n-1)th power of P(one of them not yet).
 */

/** A distribution, as far as it is looked at. */
export interface Wait {
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** What one wait in a hundred exceeds. */
  readonly p99: number;
}

/** Steps per period of the integral: its error is far below that of any measurement. */
const STEPS_PER_PERIOD = 256;

/**
 * Periods from the crash to the end of the period of the first probe. All periods begin together, and the crash is
 * just before they do: the model of [SWIM §3.1].
 */
export function synchronisedPeriods(nodeCount: number, turnCount: number): Wait {
  return firstOf(nodeCount, (periods) => chanceOfNoTurn(nodeCount - 1, turnCount, Math.floor(periods)));
}

/** Periods from the crash to the first probe, when the periods of all members begin at moments of their own. */
export function unsynchronisedPeriods(nodeCount: number, turnCount: number): Wait {
  const notIn = (turns: number): number => chanceOfNoTurn(nodeCount - 1, turnCount, turns);
  return firstOf(nodeCount, (periods) => {
    const whole = Math.floor(periods);
    const share = periods - whole;
    // One more turn has come by then for this share of the members.
    return (1 - share) * notIn(whole) + share * notIn(whole + 1);
  });
}

/** For uniform picks in place of round robin, the series that leads to e/(e-1). [SWIM §3.1] */
export function uniformPickPeriods(nodeCount: number): number {
  const others = nodeCount - 1;
  return 1 / (1 - (1 - 1 / others) ** others);
}

/** The chance that a member is in none of the next `turns` of another, which has had `turnCount` of `memberCount`. */
function chanceOfNoTurn(memberCount: number, turnCount: number, turns: number): number {
  const had = turnCount % memberCount;
  const left = memberCount - had;
  if (turns <= left) return 1 - turns / memberCount;
  // Its turn in this traversal was before the crash, and in the next it is still to come.
  return (had / memberCount) * Math.max(0, 1 - (turns - left) / memberCount);
}

/** The smallest of n-1 independent waits, from the chance that one is longer. The moments are ∫ S and ∫ 2x S. */
function firstOf(nodeCount: number, chanceOfLonger: (periods: number) => number): Wait {
  const width = 1 / STEPS_PER_PERIOD;
  let mean = 0;
  let square = 0;
  let p99 = 0;
  for (let periods = width / 2; periods < 2 * nodeCount; periods += width) {
    const chance = chanceOfLonger(periods) ** (nodeCount - 1);
    mean += chance * width;
    square += 2 * periods * chance * width;
    if (chance > 0.01) p99 = periods + width / 2;
  }
  return { mean, deviation: Math.sqrt(square - mean ** 2), p99 };
}
