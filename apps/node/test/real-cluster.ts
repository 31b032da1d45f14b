/** Real agents that know each other, and what one of them sees of the others. */
import type { MemberView } from '../src/client/shapes.ts';
import type { Bench, RealAgent } from './real-agent.ts';

/** For `expect.poll`: far longer than anything takes, even on a busy machine. */
export const PATIENCE = { timeout: 60_000, interval: 50 };

/** Agents of these names; all others join the first at once. */
export async function clusterOf(bench: Bench, names: readonly string[], args: readonly string[]): Promise<RealAgent[]> {
  const [first = '', ...others] = names;
  const seed = await bench.agent(first, args);
  return [seed, ...(await Promise.all(others.map((name) => bench.agent(name, ['--join', seed.gossip, ...args]))))];
}

export function namesOf(agents: readonly { readonly name: string }[]): string[] {
  return agents.map(({ name }) => name);
}

/** How each observer sees each subject, without repetition: `['alive']` when all agree. */
export async function statuses(observers: readonly RealAgent[], subjects: readonly RealAgent[]): Promise<string[]> {
  const views = await Promise.all(
    subjects.flatMap((subject) => observers.map((observer) => viewOf(observer, subject))),
  );
  return [...new Set(views.map((view) => view?.status ?? 'unknown'))];
}

export async function viewOf(
  observer: RealAgent,
  { name }: { readonly name: string },
): Promise<MemberView | undefined> {
  return (await observer.client.members()).find((member) => member.name === name);
}

/** What the store of an agent has, or an empty text. */
export async function textAt(agent: RealAgent, key: string): Promise<string> {
  return agent.client.read(key).then(
    ({ value }) => Buffer.from(value).toString('utf8'),
    () => '',
  );
}

/** Milliseconds since this call. */
export function stopwatch(): () => number {
  const startMs = performance.now();
  return () => Math.round(performance.now() - startMs);
}

/** One event, with the fields that the tests look at. */
export interface Heard {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly member?: { readonly name: string };
    readonly accusedOf?: string;
    readonly accuser?: string;
    readonly reason?: string;
    readonly lostMs?: number;
    readonly localHealth?: number;
  };
}

/** Collects what an agent tells about itself and others, until the signal. */
export async function listen(agent: RealAgent, types: readonly string[], signal: AbortSignal): Promise<Heard[]> {
  const heard: Heard[] = [];
  const events = await agent.client.events({ types, topic: undefined, lastEventId: undefined, signal });
  const collect = async (): Promise<void> => {
    for await (const { type, data } of events) heard.push({ type, data: JSON.parse(data) as Heard['data'] });
  };
  // A lost connection shows as an event that never comes.
  collect().catch(() => undefined);
  return heard;
}
