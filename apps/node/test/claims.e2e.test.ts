/** What members say about themselves and others, among real processes: tags, zones, addresses, and a false goodbye. */
import { afterAll, describe, expect, it } from 'vitest';
import { Bench, type RealAgent } from './real-agent.ts';
import { type Heard, listen, namesOf, PATIENCE, statuses, viewOf } from './real-cluster.ts';

const bench = new Bench();
afterAll(() => bench.clean());

/** As large as tags may be: four bytes of each pair are for its framing. */
const TAGS_BYTES = 4_096;
const PAIR_BYTES = 4;
const VERSION = 'version';

/** Two pairs, which together are as large as tags may be. */
function largeTags(version: string): Readonly<Record<string, string>> {
  const restBytes = TAGS_BYTES - PAIR_BYTES - VERSION.length - version.length - PAIR_BYTES - 'note'.length;
  return { [VERSION]: version, note: 'x'.repeat(restBytes) };
}

function tagArguments(tags: Readonly<Record<string, string>>): string[] {
  return Object.entries(tags).flatMap(([key, value]) => ['--tag', `${key}=${value}`]);
}

describe('agents that say something about themselves', () => {
  const dataDir = bench.folder();
  const agents: RealAgent[] = [];
  /** How all others see an agent: one view if they agree. */
  const seen = async <T>(agent: RealAgent, part: (view: Awaited<ReturnType<typeof viewOf>>) => T): Promise<T[]> =>
    Promise.all(agents.filter((other) => other !== agent).map(async (other) => part(await viewOf(other, agent))));

  it('are heard by who knew the cluster before, and by who joins it after', async () => {
    const seed = await bench.agent('says-seed', ['--zone', 'east']);
    const early = await bench.agent('says-early', ['--join', seed.gossip, '--zone', 'west']);
    agents.push(seed, early);
    await expect.poll(() => statuses(agents, agents), PATIENCE).toEqual(['alive']);

    const told = ['--zone', 'west', '--data-dir', dataDir, ...tagArguments(largeTags('1'))];
    const teller = await bench.agent('says-much', ['--join', seed.gossip, ...told]);
    const late = await bench.agent('says-late', ['--join', early.gossip, '--zone', 'east']);
    agents.push(teller, late);
    await expect
      .poll(() => seen(teller, (view) => view?.tags), PATIENCE)
      .toEqual(agents.slice(1).map(() => largeTags('1')));
    for (const [agent, zone] of [
      [seed, 'east'],
      [early, 'west'],
      [teller, 'west'],
      [late, 'east'],
    ] as const) {
      await expect.poll(() => seen(agent, (view) => view?.zone), PATIENCE).toEqual(agents.slice(1).map(() => zone));
    }
  });

  it('are heard again when they come back with something else to say', async () => {
    const [seed, , earlier] = agents as [RealAgent, RealAgent, RealAgent];
    await earlier.end('SIGTERM');
    const told = ['--zone', 'east', '--data-dir', dataDir, ...tagArguments(largeTags('2'))];
    const teller = await bench.agent(earlier.name, ['--join', seed.gossip, ...told]);
    agents[2] = teller;
    await expect
      .poll(() => seen(teller, (view) => [view?.status, view?.zone, view?.tags]), PATIENCE)
      .toEqual(agents.slice(1).map(() => ['alive', 'east', largeTags('2')]));
  });

  it('say that they are here when another has declared them gone', async ({ signal }) => {
    const [a, b, c] = agents as [RealAgent, RealAgent, RealAgent];
    const heard = await listen(c, ['refuted'], signal);
    const before = (await viewOf(a, c))!;
    const { stdout } = await bench.run(['force-leave', c.name, '--http', a.http]);
    expect(stdout).toMatch(/^says-much is (left|alive)\n$/);
    await expect.poll(() => heard, PATIENCE).toMatchObject([{ data: { accuser: a.name, accusedOf: 'left' } }]);
    for (const observer of [a, b]) {
      await expect
        .poll(() => viewOf(observer, c), PATIENCE)
        .toMatchObject({ status: 'alive', generation: before.generation, incarnation: before.incarnation + 1 });
    }
  });
});

describe('agents that allow one network', () => {
  it('believe nobody who lives elsewhere, say so, and tell it nothing', async ({ signal }) => {
    const seed = await bench.agent('picky-seed', ['--allow', '127.0.0.1/32']);
    const other = await bench.agent('picky-other', ['--join', seed.gossip, '--allow', '127.0.0.1/32']);
    const members = [seed, other];
    await expect.poll(() => statuses(members, members), PATIENCE).toEqual(['alive']);
    const heard: Heard[] = await listen(seed, ['refused', 'member-joined'], signal);

    const stranger = await bench.agent('picky-stranger', ['--bind', '127.0.0.2:0', '--join', seed.gossip]);
    // Twice: what could have come as an answer to the first attempt has come by the second.
    await expect.poll(() => heard.length, PATIENCE).toBeGreaterThanOrEqual(2);
    const refusal = { type: 'refused', data: { from: stranger.gossip, reason: 'address-not-allowed' } };
    expect(heard.slice(0, 2)).toMatchObject([refusal, refusal]);
    for (const member of members)
      expect(new Set(namesOf(await member.client.members()))).toEqual(new Set(namesOf(members)));
    expect(namesOf(await stranger.client.members())).toEqual(['picky-stranger']);
    expect((await fetch(`http://${stranger.http}/readyz`)).status).toBe(503);
  });
});
