/** What the story tells of ownership: tokens under Cassandra's rules, slots under Redis Cluster's. */
import type { Step, StepResult } from './story.ts';
import type { StoryWorld } from './world.ts';

/** Keys whose owners are asked for. A few dozen, so that everybody owns some. */
const KEYS: readonly string[] = Array.from({ length: 40 }, (_, index) => `demo/key-${index}`);
/** Source: Redis Cluster. */
const SLOT_COUNT = 16_384;
/** Source: guess; many times what an idle machine needs. */
const DEADLINE_MS = 30_000;

export const TOKEN_STEP: Step = Object.freeze({ title: 'tokens move', deadlineMs: DEADLINE_MS, run: tokensMove });
export const SLOT_STEP: Step = Object.freeze({ title: 'slots move', deadlineMs: DEADLINE_MS, run: slotsMove });

/** One agent hibernates: its keys get other owners, and the same ones at every agent; the rest stay. */
async function tokensMove(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const { names } = world;
  const mover = names[2] ?? '';
  await world.until(() => disagreeing(world, names, isOwnedByAny), deadlineMs);
  const before = await ownersAt(world, mover);
  const causeMs = world.nowMs();
  await world.setTokens(mover, 'hibernate');
  const isMoved = (owner: string | undefined, index: number): boolean =>
    before[index] === mover ? isOwnedByAny(owner) && owner !== mover : owner === before[index];
  await world.until(() => disagreeing(world, names, isMoved), deadlineMs);
  const elapsedMs = world.nowMs() - causeMs;
  const movedCount = before.filter((owner) => owner === mover).length;
  await world.setTokens(mover, 'normal');
  await world.until(() => disagreeing(world, names, (owner, index) => owner === before[index]), deadlineMs);
  return { seen: `${movedCount} of ${KEYS.length} keys left ${mover} and came back, the same to all`, elapsedMs };
}

/** Everybody claims its share; then one takes another's, with a higher config epoch, and all see it. */
async function slotsMove(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const { names } = world;
  const [loser = '', taker = ''] = names;
  const shares = names.map((_, index) => shareOf(index, names.length));
  const wanted = new Map<string, string>();
  // One after the other: two that claim at once may take the same config epoch, and one of them then has to move on.
  for (const [index, name] of names.entries()) {
    await world.claimSlots(name, shares[index] ?? '');
    wanted.set(name, shares[index] ?? '');
    await world.until(() => unseen(world, names, wanted), deadlineMs);
  }
  const causeMs = world.nowMs();
  await world.claimSlots(taker, `${shares[0]},${shares[1]}`);
  const joined = `0-${shares[1]?.split('-')[1] ?? ''}`;
  const moved = new Map([...wanted, [loser, ''], [taker, joined]]);
  await world.until(() => unseen(world, names, moved), deadlineMs);
  const elapsedMs = world.nowMs() - causeMs;
  // Who owns nothing has no vote, and the rest of the story needs all of them.
  await world.claimSlots(loser, shares[0] ?? '');
  await world.until(() => unseen(world, names, wanted), deadlineMs);
  return {
    seen: `${SLOT_COUNT} slots shared out; ${taker} took those of ${loser}, seen by ${names.length}`,
    elapsedMs,
  };
}

function isOwnedByAny(owner: string | undefined): boolean {
  return owner !== undefined;
}

/** First owner of each key. */
async function ownersAt(world: StoryWorld, at: string): Promise<readonly (string | undefined)[]> {
  return Promise.all(KEYS.map((key) => world.ownerOf(at, key)));
}

/** `undefined` when all agents name the same owners and each is as expected. */
async function disagreeing(
  world: StoryWorld,
  observers: readonly string[],
  isExpected: (owner: string | undefined, index: number) => boolean,
): Promise<string | undefined> {
  let first: readonly (string | undefined)[] | undefined;
  for (const observer of observers) {
    const owners = await ownersAt(world, observer);
    first ??= owners;
    for (const [index, owner] of owners.entries()) {
      if (isExpected(owner, index) && owner === first[index]) continue;
      return `${KEYS[index]} belongs to ${owner ?? 'nobody'}, says ${observer}`;
    }
  }
  return undefined;
}

async function unseen(
  world: StoryWorld,
  observers: readonly string[],
  wanted: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  for (const observer of observers) {
    const slots = await world.slots(observer);
    for (const [name, expected] of wanted) {
      const held = slots.get(name) ?? '';
      if (held !== expected) return `${name} has the slots ${held || 'of nobody'} to ${observer}, not ${expected}`;
    }
  }
  return undefined;
}

/** `0-3275` for the first of five. */
function shareOf(index: number, count: number): string {
  const first = Math.floor((index * SLOT_COUNT) / count);
  return `${first}-${Math.floor(((index + 1) * SLOT_COUNT) / count) - 1}`;
}
