/** What moves between two rings: exactly the ranges whose owners differ. */
import type { TokenRange, TokenRing } from './token-ring.ts';

/** A range that changed hands. Owners are in order: the first one owns, the others hold replicas. */
export interface MovedRange extends TokenRange {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Every range whose first `count` owners, or their order, differ. Neighbours with the same change are one range, so no
 * range could be joined with the next; in the order of the ring.
 */
export function movedRanges(before: TokenRing, after: TokenRing, count: number): MovedRange[] {
  const ends = endsOf(before, after);
  const moved: MovedRange[] = [];
  let start = ends.at(-1) ?? 0n;
  for (const end of ends) {
    const [from, to] = [before.ownersOfToken(end, count), after.ownersOfToken(end, count)];
    if (!areEqual(from, to)) append(moved, { start, end, before: from, after: to });
    start = end;
  }
  return joinedAround(moved);
}

/** Tokens of both, ascending, each once: between two of them neither ring has a border. */
function endsOf(before: TokenRing, after: TokenRing): bigint[] {
  const tokens = new Set<bigint>();
  for (const ring of [before, after]) for (const { token } of ring.entries()) tokens.add(token);
  return [...tokens].sort((a, b) => (a < b ? -1 : Number(a > b)));
}

function append(moved: MovedRange[], next: MovedRange): void {
  const last = moved.at(-1);
  if (last === undefined || last.end !== next.start || !isSameChange(last, next)) moved.push(next);
  else moved[moved.length - 1] = { ...last, end: next.end };
}

/** The last range may go on in the first one, around the end of the ring. */
function joinedAround(moved: MovedRange[]): MovedRange[] {
  const [first] = moved;
  const last = moved.at(-1);
  if (first === undefined || last === undefined || moved.length === 1) return moved;
  if (last.end !== first.start || !isSameChange(last, first)) return moved;
  return [{ ...first, start: last.start }, ...moved.slice(1, -1)];
}

function isSameChange(a: MovedRange, b: MovedRange): boolean {
  return areEqual(a.before, b.before) && areEqual(a.after, b.after);
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
