/** What breaks in real clusters, done to real processes: a stop, a crash, a cut network. The clusters run side by side. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, it } from 'vitest';
import type { MemberView } from '../src/client/shapes.ts';
import { Bench, type RealAgent } from './real-agent.ts';
import {
  clusterOf,
  type Heard,
  listen,
  namesOf,
  PATIENCE,
  statuses,
  stopwatch,
  textAt,
  viewOf,
} from './real-cluster.ts';

const bench = new Bench();
afterAll(() => bench.clean());

/** Healing asks for no command, so it has a limit of its own. */
const HEALING = { timeout: 10_000, interval: 50 };
/** Longer than the LAN preset takes from a stop to a verdict among four. */
const PAUSE_MS = 15_000;
/** Twice the LAN preset's period: the next timer of a process that stops is due in less, even if it is not quite well. */
const TIMER_MS_MAX = 2_000;
/** A ping, two requests for help, claims and a ping by stream: the last four leave in the middle of a period. */
const PROBE_MESSAGE_COUNT = 5;

function accusers(view: MemberView | undefined): string[] {
  return view?.evidence?.accusations.map(({ accuser }) => accuser) ?? [];
}

describe.concurrent('an agent that is stopped and goes on', () => {
  it('is found dead, refutes, accuses nobody, and knows how long it was away', async ({ expect, annotate, signal }) => {
    const agents = await clusterOf(
      bench,
      ['still-a', 'still-b', 'still-c', 'still-d'],
      ['--preset', 'lan', '--allow-faults'],
    );
    await expect.poll(() => statuses(agents, agents), PATIENCE).toEqual(['alive']);
    const [a, b, c, d] = agents as [RealAgent, RealAgent, RealAgent, RealAgent];
    const others = [a, b, c];
    const heard = await listen(d, ['paused', 'refuted', 'member-suspected', 'member-failed'], signal);
    const before = (await viewOf(a, d))!;

    // Stopped while a probe is under way that nobody answers: its deadline has long passed when the process goes on.
    await d.client.block(namesOf(others));
    await expect.poll(() => blockedCount(d), PATIENCE).toBeGreaterThanOrEqual(PROBE_MESSAGE_COUNT);
    const away = stopwatch();
    process.kill(d.pid, 'SIGSTOP');
    heard.length = 0;
    const pause = sleep(PAUSE_MS);
    await expect.poll(() => statuses([a], [d]), PATIENCE).toEqual(['suspect']);
    await annotate(`suspected after ${away()} ms`);
    await expect.poll(() => statuses(others, [d]), PATIENCE).toEqual(['dead']);
    await annotate(`dead to all after ${away()} ms`);
    for (const observer of others) {
      const view = await viewOf(observer, d);
      expect(namesOf(others)).toEqual(expect.arrayContaining(accusers(view)));
      expect(view?.evidence?.accusations[0]?.tried).toMatchObject({ helpers: 2, stream: 'failed' });
    }
    await pause;
    const pausedMs = away();
    const mended = d.client.heal();
    process.kill(d.pid, 'SIGCONT');
    await mended;
    const back = stopwatch();
    await expect.poll(() => statuses(others, [d]), HEALING).toEqual(['alive']);
    await annotate(`alive to all ${back()} ms after it went on`);
    for (const observer of others) {
      const view = (await viewOf(observer, d))!;
      expect(view.generation).toBe(before.generation);
      expect(view.incarnation).toBeGreaterThan(before.incarnation);
    }

    // What it told before it was stopped may come late. Which of the two it tells first depends on what woke it.
    const isAwake = ({ type }: Heard): boolean => type === 'paused' || type === 'refuted';
    const told = (): Heard[] => heard.slice(Math.max(0, heard.findIndex(isAwake)));
    await expect
      .poll(() => told().map(({ type }) => type), PATIENCE)
      .toEqual(expect.arrayContaining(['paused', 'refuted']));
    const { lostMs = 0, localHealth = 0 } = told().find(({ type }) => type === 'paused')!.data;
    await annotate(`lost ${Math.round(lostMs)} ms of a pause of ${pausedMs} ms`);
    expect(Math.abs(lostMs - pausedMs)).toBeLessThan(TIMER_MS_MAX);
    // Its health gets better by probes that are answered: it has looked at others since, and found nothing wrong.
    await expect.poll(async () => (await d.client.status()).health.localHealth, PATIENCE).toBeLessThan(localHealth);
    expect(told().filter(({ type }) => type.startsWith('member-'))).toEqual([]);
    expect(await statuses(agents, agents)).toEqual(['alive']);
  });
});

describe.concurrent('an agent that is killed', () => {
  it('is dead to all with evidence, to an observer too, and left when one says so', async ({ expect, annotate }) => {
    const agents = await clusterOf(bench, ['gone-a', 'gone-b', 'gone-c', 'gone-d'], []);
    const [a, b, c, d] = agents as [RealAgent, RealAgent, RealAgent, RealAgent];
    const watcher = await bench.agent('watcher', ['--join', a.gossip, '--observer']);
    const survivors = [a, b, c];
    const witnesses = [...survivors, watcher];
    await expect.poll(() => statuses([...agents, watcher], agents), PATIENCE).toEqual(['alive']);
    await b.client.write('seen/by', Buffer.from('all'));
    await expect.poll(() => textAt(watcher, 'seen/by'), PATIENCE).toBe('all');

    const killed = stopwatch();
    await d.end('SIGKILL');
    await expect.poll(() => statuses(witnesses, [d]), PATIENCE).toEqual(['dead']);
    await annotate(`dead to all after ${killed()} ms`);
    for (const witness of witnesses) {
      const [accuser = 'nobody', ...confirmers] = accusers(await viewOf(witness, d));
      expect(namesOf(survivors)).toEqual(expect.arrayContaining([accuser, ...confirmers]));
      const { stdout, exitCode } = await bench.run(['members', '--why', d.name, '--http', witness.http]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^gone-d at 127\.0\.0\.1:\d+ is dead, for /);
      expect(stdout).toMatch(new RegExp(`^${accuser} accused it .* ago: its ping was not answered; `, 'm'));
    }
    for (const member of survivors) {
      const names = (await member.client.members()).map(({ name }) => name);
      expect(new Set(names)).toEqual(new Set(namesOf(agents)));
    }

    const declared = stopwatch();
    const { stdout } = await bench.run(['force-leave', d.name, '--http', a.http]);
    expect(stdout).toMatch(/^gone-d is /);
    await expect.poll(() => statuses(witnesses, [d]), PATIENCE).toEqual(['left']);
    await annotate(`left to all ${declared()} ms after the command`);
    expect(await statuses(witnesses, survivors)).toEqual(['alive']);
  });
});

describe.concurrent('a network that is cut in two', () => {
  it.for(['local', 'lan'])('heals by itself, with the preset %s', async (preset, { expect, annotate }) => {
    const names = ['l1', 'l2', 'l3', 'r1', 'r2', 'r3'].map((name) => `${preset}-${name}`);
    const agents = await clusterOf(bench, names, ['--preset', preset, '--allow-faults']);
    await expect.poll(() => statuses(agents, agents), PATIENCE).toEqual(['alive']);
    const [left, right] = [agents.slice(0, 3), agents.slice(3)];

    const cut = stopwatch();
    await Promise.all(agents.map((agent) => agent.client.block(namesOf(left.includes(agent) ? right : left))));
    await expect
      .poll(async () => [await statuses(left, right), await statuses(right, left)], PATIENCE)
      .toEqual([['dead'], ['dead']]);
    await annotate(`${preset}: each side dead to the other after ${cut()} ms`);
    expect([await statuses(left, left), await statuses(right, right)]).toEqual([['alive'], ['alive']]);

    await Promise.all(agents.map((agent) => agent.client.heal()));
    const healed = stopwatch();
    await expect.poll(() => statuses(agents, agents), HEALING).toEqual(['alive']);
    await annotate(`${preset}: all alive to all ${healed()} ms after the cut was mended`);
    const digests = async (): Promise<number> => {
      const views = await Promise.all(agents.map((agent) => agent.client.status()));
      return new Set(views.map((view) => view.digests.members)).size;
    };
    await expect.poll(digests, PATIENCE).toBe(1);
    await annotate(`${preset}: one digest ${healed()} ms after the cut was mended`);
  });
});

describe.concurrent('an agent whose packets do not get out', () => {
  it('lives by its streams, others are warned of it, and it refutes by streams too', async ({
    expect,
    annotate,
    signal,
  }) => {
    const agents = await clusterOf(bench, ['mute-a', 'mute-b', 'mute-c', 'mute-d'], ['--allow-faults']);
    await expect.poll(() => statuses(agents, agents), PATIENCE).toEqual(['alive']);
    const [a, b, c, d] = agents as [RealAgent, RealAgent, RealAgent, RealAgent];
    const others = [a, b, c];
    const heard = await Promise.all(
      others.map((other) => listen(other, ['one-way-udp', 'member-suspected', 'member-failed'], signal)),
    );
    await loseAllPackets(d);
    const muted = stopwatch();
    for (const events of heard) {
      await expect
        .poll(() => events.map(({ type, data }) => [type, data.name]), PATIENCE)
        .toContainEqual(['one-way-udp', d.name]);
    }
    await annotate(`all were warned after ${muted()} ms`);
    expect(heard.flat().filter(({ type }) => type !== 'one-way-udp')).toEqual([]);
    expect(await statuses(agents, agents)).toEqual(['alive']);
    const asked = await bench.run(['ping', d.name, '--http', a.http]);
    expect(asked.stdout).toMatch(/^mute-d answers in .* ms, by stream only: is UDP blocked\?\n$/);

    process.kill(d.pid, 'SIGSTOP');
    await expect.poll(() => statuses([a], [d]), PATIENCE).toEqual(['suspect']);
    process.kill(d.pid, 'SIGCONT');
    const back = stopwatch();
    await expect.poll(() => statuses(others, [d]), PATIENCE).toEqual(['alive']);
    await annotate(`alive to all again ${back()} ms after it went on`);

    await d.client.heal();
    await expect
      .poll(async () => (await bench.run(['ping', d.name, '--http', a.http])).stdout, PATIENCE)
      .toMatch(/^mute-d answers in [\d.]+ ms\n$/);
  });
});

/** Lets streams pass, as a firewall does that nobody told of UDP. */
async function loseAllPackets({ http }: RealAgent): Promise<void> {
  const body = JSON.stringify({ lossPerMille: 1_000 });
  const { status } = await fetch(`http://${http}/v1/faults`, { method: 'POST', body });
  if (status !== 200) throw new Error(`status ${status}`);
}

/** What the faults of an agent have swallowed. */
async function blockedCount({ http }: RealAgent): Promise<number> {
  const text = await (await fetch(`http://${http}/metrics`)).text();
  return Number(/^hearsay_dropped_total\{reason="fault-blocked"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
