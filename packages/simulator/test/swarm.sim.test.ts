import { describe, expect, it } from 'vitest';
import { runCli, SCENARIOS } from '../src/cli.ts';
import {
  type ClusterSimulation,
  drawPlan,
  failureLines,
  planText,
  playSwarm,
  type SwarmPlan,
  shrunkPlan,
} from '../src/index.ts';

const REQUEST = { seed: 2, nodeCount: 6, minutes: 0.5 };

type Work = Extract<SwarmPlan['acts'][number], { work: unknown }>['work'];

/** Nothing of a store gets through: no store converges. */
function withoutStores(cluster: ClusterSimulation): void {
  cluster.onStart((name) => {
    const core = cluster.core(name);
    const step = core.step.bind(core);
    core.step = (input, nowMs, out) => {
      if (input.kind !== 'message') return step(input, nowMs, out);
      const messages = input.message.messages.filter(({ protocol }) => protocol !== 'store');
      step({ ...input, message: { ...input.message, messages } }, nowMs, out);
    };
  });
}

describe('a plan', () => {
  it('is a pure function of the request', () => {
    expect(drawPlan(REQUEST)).toEqual(drawPlan(REQUEST));
    expect(drawPlan({ ...REQUEST, seed: 8 })).not.toEqual(drawPlan(REQUEST));
  });

  it('survives being written down', () => {
    const plan = drawPlan(REQUEST);
    expect(playSwarm(JSON.parse(JSON.stringify(plan))).digest).toBe(playSwarm(plan).digest);
  });

  it('keeps the acts that stay as they are', () => {
    const { acts } = drawPlan(REQUEST);
    const only = acts.slice(2, 5).map(({ index }) => index);
    expect(drawPlan({ ...REQUEST, only }).acts).toEqual(acts.slice(2, 5));
  });

  it('is told on one line, with the seed first', () => {
    expect(planText(drawPlan(REQUEST))).toMatch(/^seed 2 · swarm · 6 nodes · 0\.5 min · .* · faults .* · acts /);
  });
});

describe('a run', () => {
  it('is the same each time, to the last trace line', () => {
    const one = playSwarm(drawPlan(REQUEST), { traceLineCountMax: 100_000 });
    const other = playSwarm(drawPlan(REQUEST), { traceLineCountMax: 100_000 });
    expect(one.violation).toBeUndefined();
    expect(one.traceLines.length).toBeGreaterThan(1_000);
    expect(other.traceLines).toEqual(one.traceLines);
    expect(playSwarm(drawPlan(REQUEST), { isTraced: false }).handledCount).toBe(one.handledCount);
  });
});

describe('a run in which nothing happens', () => {
  it('fails', () => {
    const work = { kind: 'ping', node: 99, target: 0 } as const;
    const plan = {
      ...drawPlan({ ...REQUEST, nodeCount: 4, minutes: 0.1, only: [] }),
      acts: [{ index: 0, atMs: 1, work }],
    };
    expect(playSwarm(plan).violation?.message).toBe('a run exercises something: none of 1 acts had an effect');
  });
});

describe('a failure', () => {
  const play = (plan: ReturnType<typeof drawPlan>) => playSwarm(plan, { plant: withoutStores, isTraced: false });

  it('is shrunk to the acts that it needs', () => {
    const works: readonly Work[] = [
      { kind: 'publish', node: 0, bytes: 20, priority: 'normal' },
      { kind: 'set', node: 1, key: 'a', bytes: 20 },
      { kind: 'tags', node: 1, value: 'x' },
      { kind: 'ping', node: 0, target: 1 },
    ];
    const acts = works.map((work, index) => ({ index, atMs: 5_000 + index, work }));
    const failed = play({ ...drawPlan({ ...REQUEST, nodeCount: 4, only: [] }), acts });
    expect(failed.violation?.checker).toBe('a healed cluster converges');
    const steps = shrunkPlan(failed, play);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { plan, violation } = step.value;
    expect(violation?.checker).toBe('a healed cluster converges');
    // One write that does not get through is all that it takes.
    expect(plan.acts.map((act) => 'work' in act && act.work.kind)).toEqual(['set']);
  });

  it('prints what broke, the last events, and last the command that replays it', () => {
    const plan = drawPlan({ ...REQUEST, only: [] });
    const report = playSwarm(plan, {
      plant: (cluster) =>
        cluster.world.at(5_000, () => {
          throw new Error('planted');
        }),
      traceLineCountMax: 3,
    });
    const lines = [...failureLines(report)];
    expect(lines[0]).toContain('  FAIL at 5000.000 ms: nothing is thrown: Error: planted');
    expect(lines.slice(1, -1)).toEqual([
      '  last events:',
      ...report.traceLines.map((line) => `    ${line.slice(0, 240)}`),
    ]);
    expect(lines.at(-1)).toBe(
      'replay: pnpm sim --scenario swarm --seed 2 --nodes 6 --minutes 0.5 --only none --trace trace.txt',
    );
  });
});

describe('the command line', () => {
  const run = (...args: string[]) => {
    const files = new Map<string, readonly string[]>();
    const steps = runCli(args, { scenarios: SCENARIOS, writeLines: (file, lines) => void files.set(file, lines) });
    const lines: string[] = [];
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) lines.push(step.value);
    return { lines, exitCode: step.value, files };
  };

  it('plays a swarm and says what was checked', () => {
    const args = ['--scenario', 'swarm', '--seed', '2', '--nodes', '6', '--minutes', '0.5', '--trace', 'x'];
    const { lines, exitCode, files } = run(...args);
    expect(exitCode).toBe(0);
    expect(lines[0]).toBe(planText(drawPlan(REQUEST)));
    expect(lines[1]).toMatch(/^ {2}ok {3}converged in \d+\.\d\d s of at most \d+\.\d\d s$/);
    expect(lines.at(-1)).toBe(`  ${files.get('x')?.length} lines written to x`);
  });

  it.each([
    [['--nodes', '3'], '--nodes'],
    [['--minutes', '0.01'], '--minutes'],
    [['--minutes', 'x'], '--minutes'],
    [['--only', 'a'], '--only'],
    [['--loss', '5'], '--loss'],
  ])('refuses %j', (args, problem) => {
    const { lines, exitCode } = run('--scenario', 'swarm', '--seed', '1', ...args);
    expect(exitCode).toBe(2);
    expect(lines[0]).toContain(problem);
  });

  it('keeps the options of the swarm to the swarm', () => {
    expect(run('--seed', '1', '--minutes', '1').lines[0]).toBe('--minutes and --only are for the swarm');
  });
});
