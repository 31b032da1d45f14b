/** The steps of the story. The last agent is the one that dies; the others are cut in two halves. */
import { SLOT_STEP, TOKEN_STEP } from './ownership-steps.ts';
import type { Step, StepResult } from './story.ts';
import type { StoryWorld } from './world.ts';

/** What the story writes, and where each key comes from. */
const GREETING = 'demo/greeting';
const LEFT = 'demo/left';
const RIGHT = 'demo/right';
/** What an agent tells of itself, first one way and then another. */
const STATE_KEY = 'demo.mode';
const STATE_VALUES = ['warming-up', 'serving'] as const;

/** Deadlines. Source: guess; many times what an idle machine needs, so that a busy one passes too. */
const BEFORE: readonly Step[] = Object.freeze([
  { title: 'all join', deadlineMs: 30_000, run: allJoin },
  { title: 'a rumor reaches all', deadlineMs: 15_000, run: rumorReachesAll },
  { title: 'a write reaches all', deadlineMs: 30_000, run: writeReachesAll },
  { title: 'a change of state reaches all', deadlineMs: 30_000, run: stateReachesAll },
]);
const AFTER: readonly Step[] = Object.freeze([
  { title: 'a killed agent is noticed', deadlineMs: 45_000, run: killIsNoticed },
  { title: 'the network is cut in two', deadlineMs: 60_000, run: cutIsNoticed },
  { title: 'the cut heals', deadlineMs: 90_000, run: cutHeals },
  { title: 'the killed agent comes back', deadlineMs: 45_000, run: killedComesBack },
]);
/** What the systems own that the profiles are named after. */
const OWNERSHIP: Readonly<Record<StoryWorld['profile'], readonly Step[]>> = Object.freeze({
  swim: [],
  cassandra: [TOKEN_STEP],
  redis: [SLOT_STEP],
});

/** The story of one profile, its steps with their numbers. */
export function storySteps(profile: StoryWorld['profile']): readonly Step[] {
  return [...BEFORE, ...OWNERSHIP[profile], ...AFTER].map((step, index) => ({
    ...step,
    title: `${index + 1} ${step.title}`,
  }));
}

async function allJoin(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  await world.until(() => notSeenAs(world, world.names, world.names, 'alive'), deadlineMs);
  return result(world, world.startedMs, `${world.names.length} agents see ${world.names.length} alive`);
}

async function rumorReachesAll(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const [origin = '', ...others] = world.names;
  const causeMs = world.nowMs();
  const id = await world.publish(origin);
  await world.until(async () => {
    const deaf = others.filter((name) => !world.hearers(id).has(name));
    return deaf.length === 0 ? undefined : `${deaf.join(', ')} did not hear rumor ${id}`;
  }, deadlineMs);
  return result(world, causeMs, `from ${origin} to ${others.length} others`);
}

async function writeReachesAll(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const writer = world.names[1] ?? '';
  const causeMs = world.nowMs();
  await world.write(writer, GREETING, 'hello');
  await world.until(() => notReadable(world, world.names, new Map([[GREETING, 'hello']])), deadlineMs);
  return result(world, causeMs, `written at ${writer}, read at ${world.names.length}`);
}

/** Only the member itself writes its state, and what it wrote last is what all come to see. */
async function stateReachesAll(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const writer = world.names[2] ?? '';
  const [before, after] = STATE_VALUES;
  await world.setState(writer, STATE_KEY, before);
  const causeMs = world.nowMs();
  await world.setState(writer, STATE_KEY, after);
  await world.until(() => notTold(world, world.names, writer, after), deadlineMs);
  return result(world, causeMs, `${writer} went from ${before} to ${after}, seen by ${world.names.length}`);
}

async function killIsNoticed(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const victim = victimOf(world);
  const causeMs = world.nowMs();
  await world.kill(victim);
  await world.until(() => notSeenAs(world, survivorsOf(world), [victim], 'dead'), deadlineMs);
  const [witness = ''] = survivorsOf(world);
  const elapsed = result(world, causeMs, '');
  const accuser = (await world.members(witness)).get(victim)?.accuser;
  return {
    ...elapsed,
    seen: `${victim} is dead to all others${accuser === undefined ? '' : `, accused by ${accuser}`}`,
  };
}

/** Each side must lose sight of the other, keep its own writes and not see those of the other side. */
async function cutIsNoticed(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const [left, right] = halvesOf(world);
  const lost = lostStatusOf(world);
  const causeMs = world.nowMs();
  await world.cut(left, right);
  await world.write(left[0] ?? '', LEFT, 'written on the left');
  await world.write(right[0] ?? '', RIGHT, 'written on the right');
  await world.until(
    async () =>
      (await notSeenAs(world, left, right, lost)) ??
      (await notSeenAs(world, right, left, lost)) ??
      (await notReadable(world, left, new Map([[LEFT, 'written on the left']]))) ??
      (await notReadable(world, right, new Map([[RIGHT, 'written on the right']]))),
    deadlineMs,
  );
  const elapsed = result(world, causeMs, `${left.length} and ${right.length} agents, each side ${lost} to the other`);
  await world.until(
    async () => (await readable(world, left, RIGHT)) ?? (await readable(world, right, LEFT)),
    // Nothing to wait for: what has leaked through a cut stays there.
    0,
  );
  return elapsed;
}

async function cutHeals(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const survivors = survivorsOf(world);
  const causeMs = world.nowMs();
  await world.heal(survivors);
  await world.until(
    async () =>
      (await notSeenAs(world, survivors, survivors, 'alive')) ?? (await notReadable(world, survivors, allWrites())),
    deadlineMs,
  );
  return result(world, causeMs, `${survivors.length} agents see each other and both writes`);
}

async function killedComesBack(world: StoryWorld, deadlineMs: number): Promise<StepResult> {
  const victim = victimOf(world);
  const survivors = survivorsOf(world);
  const [witness = ''] = survivors;
  const before = (await world.members(witness)).get(victim)?.generation ?? 0;
  const causeMs = world.nowMs();
  await world.restart(victim);
  await world.until(
    async () =>
      (await notSeenAs(world, world.names, world.names, 'alive')) ??
      (await oldGeneration(world, survivors, victim, before)) ??
      (await notReadable(world, world.names, allWrites())),
    deadlineMs,
  );
  const after = (await world.members(witness)).get(victim)?.generation ?? 0;
  return result(world, causeMs, `${victim} is alive to all, generation ${before} -> ${after}`);
}

// -- conditions: `undefined` when they hold, else what is missing -----------------------------------------------------

async function notSeenAs(
  world: StoryWorld,
  observers: readonly string[],
  subjects: readonly string[],
  status: string,
): Promise<string | undefined> {
  for (const observer of observers) {
    const members = await world.members(observer);
    for (const subject of subjects) {
      const seen = members.get(subject)?.status ?? 'unknown';
      if (seen !== status) return `${subject} is ${seen} to ${observer}, not ${status}`;
    }
  }
  return undefined;
}

async function notReadable(
  world: StoryWorld,
  readers: readonly string[],
  writes: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  for (const reader of readers) {
    for (const [key, value] of writes) {
      if ((await world.read(reader, key)) !== value) return `${key} is not at ${reader}`;
    }
  }
  return undefined;
}

async function notTold(
  world: StoryWorld,
  observers: readonly string[],
  origin: string,
  value: string,
): Promise<string | undefined> {
  for (const observer of observers) {
    const told = await world.stateOf(observer, origin, STATE_KEY);
    if (told !== value) return `${origin} is ${told ?? 'silent'} to ${observer}, not ${value}`;
  }
  return undefined;
}

async function readable(world: StoryWorld, readers: readonly string[], key: string): Promise<string | undefined> {
  for (const reader of readers) {
    if ((await world.read(reader, key)) !== undefined) return `${key} came through the cut to ${reader}`;
  }
  return undefined;
}

async function oldGeneration(
  world: StoryWorld,
  observers: readonly string[],
  subject: string,
  before: number,
): Promise<string | undefined> {
  for (const observer of observers) {
    const generation = (await world.members(observer)).get(subject)?.generation ?? 0;
    if (generation <= before) return `${subject} is still in generation ${generation} to ${observer}`;
  }
  return undefined;
}

/** By a vote, neither half may declare the other failed: each is a minority once an agent has been killed. */
function lostStatusOf({ profile }: StoryWorld): string {
  return profile === 'redis' ? 'suspect' : 'dead';
}

// -- the cast ---------------------------------------------------------------------------------------------------------

function victimOf({ names }: StoryWorld): string {
  return names.at(-1) ?? '';
}

function survivorsOf({ names }: StoryWorld): readonly string[] {
  return names.slice(0, -1);
}

function halvesOf(world: StoryWorld): readonly [readonly string[], readonly string[]] {
  const survivors = survivorsOf(world);
  const middle = Math.ceil(survivors.length / 2);
  return [survivors.slice(0, middle), survivors.slice(middle)];
}

function allWrites(): ReadonlyMap<string, string> {
  return new Map([
    [GREETING, 'hello'],
    [LEFT, 'written on the left'],
    [RIGHT, 'written on the right'],
  ]);
}

function result(world: StoryWorld, causeMs: number, seen: string): StepResult {
  return { seen, elapsedMs: world.nowMs() - causeMs };
}
