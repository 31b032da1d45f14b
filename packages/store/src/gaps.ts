/**
 * Stretches of a member's time of which not every write has been seen, though later ones have. They come from nodes that
 * lost what they had written last: a crash, a disk put back from an older image, an empty disk.
 *
 *   seen  ########....######>          what is unseen is the gap and the rest: two lists of stretches, the last without end
 *   seen  #####..........###>          seen together with a peer: only what both have missed is still unseen
 */

/** From `fromMs` on, before `untilMs`. */
export interface Gap {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Gaps kept of one member. Beyond, the two that are nearest become one, with what lies between. Source: guess: four crashes. */
export const GAP_COUNT_MAX = 4;

/** Whether a peer could have told these: in order, apart, and before `throughMs`. */
export function areGaps(gaps: readonly Gap[], throughMs: number): boolean {
  let endMs = -1;
  for (const { fromMs, untilMs } of gaps) {
    if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(untilMs)) return false;
    if (fromMs <= endMs || untilMs <= fromMs || untilMs > throughMs) return false;
    endMs = untilMs;
  }
  return gaps.length <= GAP_COUNT_MAX;
}

export function isInGap(gaps: readonly Gap[], ms: number): boolean {
  return gaps.some(({ fromMs, untilMs }) => fromMs <= ms && ms < untilMs);
}

/** What is in both of two lists, each in order. */
export function sharedGaps(a: readonly Gap[], b: readonly Gap[]): Gap[] {
  const shared: Gap[] = [];
  for (const one of a) {
    for (const other of b) {
      const fromMs = Math.max(one.fromMs, other.fromMs);
      const untilMs = Math.min(one.untilMs, other.untilMs);
      if (fromMs < untilMs) shared.push({ fromMs, untilMs });
    }
  }
  return shared.sort((one, other) => one.fromMs - other.fromMs);
}

/** What of them lies before `endMs`. */
export function gapsBefore(gaps: readonly Gap[], endMs: number): Gap[] {
  return sharedGaps(gaps, [{ fromMs: 0, untilMs: endMs }]);
}

/** Joins what touches, and then what is nearest, until there are few enough. `gaps` are in order. */
export function fewGaps(gaps: readonly Gap[]): Gap[] {
  const few: Gap[] = [];
  for (const gap of gaps) {
    const last = few.at(-1);
    if (last === undefined || gap.fromMs > last.untilMs) few.push(gap);
    else few[few.length - 1] = { fromMs: last.fromMs, untilMs: Math.max(last.untilMs, gap.untilMs) };
  }
  while (few.length > GAP_COUNT_MAX) joinNearest(few);
  return few;
}

function joinNearest(gaps: Gap[]): void {
  let nearest = 1;
  for (let index = 2; index < gaps.length; index++) {
    if (distanceMs(gaps, index) < distanceMs(gaps, nearest)) nearest = index;
  }
  const [earlier, later] = [gaps[nearest - 1], gaps[nearest]];
  if (earlier === undefined || later === undefined) return;
  gaps.splice(nearest - 1, 2, { fromMs: earlier.fromMs, untilMs: later.untilMs });
}

/** Between a gap and the one before it. */
function distanceMs(gaps: readonly Gap[], index: number): number {
  return (gaps[index]?.fromMs ?? 0) - (gaps[index - 1]?.untilMs ?? 0);
}
