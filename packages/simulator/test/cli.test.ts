import { describe, expect, it } from 'vitest';
import { type CliEnvironment, runCli, SCENARIOS } from '../src/cli.ts';
import { firstCluster, type PhaseReport, type Scenario, type ScenarioReport } from '../src/index.ts';

interface Outcome {
  readonly lines: readonly string[];
  readonly exitCode: number;
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** A whole run of the command line, with files in memory. */
function outcomeOf(args: readonly string[], environment: Partial<CliEnvironment> = {}): Outcome {
  const files = new Map<string, readonly string[]>();
  const writeLines = (file: string, lines: readonly string[]) => void files.set(file, lines);
  const run = runCli(args, { scenarios: SCENARIOS, writeLines, ...environment });
  const lines: string[] = [];
  let step = run.next();
  for (; step.done !== true; step = run.next()) lines.push(step.value);
  return { lines, exitCode: step.value, files };
}

const scenariosWith = (scenario: Scenario): ReadonlyMap<string, Scenario> => new Map([['planted', scenario]]);

/** A scenario in which the seeds of `failing` fail, by the first cluster's own check. */
const failingFor = (failing: readonly number[]): Scenario =>
  function* (parameters): Generator<PhaseReport, ScenarioReport> {
    return yield* firstCluster(parameters, (cluster) => {
      if (failing.includes(parameters.seed)) cluster.world.setNetwork({ packetBytesMax: 80 });
    });
  };

const traceOf = (lines: readonly string[]): string => /trace ([0-9a-f]{16})$/m.exec(lines.join('\n'))?.[1] ?? '';

describe('the command line', () => {
  it('prints seed and parameters first, a line per phase, and what happened in all', () => {
    const { lines, exitCode } = outcomeOf(['--seed', '5', '--nodes', '16']);
    expect(exitCode).toBe(0);
    expect(lines[0]).toBe('seed 5 · first-cluster · 16 nodes · 20 ‰ loss');
    expect(lines.slice(1, 6).map((line) => line.slice(0, 7))).toEqual(Array(5).fill('  ok   '));
    expect(lines[1]).toMatch(/^ {2}ok {3}16 nodes join by 3 seeds +\d\.\d\d s of at most \d+\.\d\d s$/);
    expect(lines[2]).toMatch(/ · missed 0 of at most \d$/);
    expect(lines[6]).toMatch(
      / s of virtual time · \d+ events · \d+ packets · \d+ stream frames · \d+ KiB · trace [0-9a-f]+$/,
    );
    expect(lines).toHaveLength(7);
  });

  it('prints what a phase has measured below it', () => {
    const { lines, exitCode } = outcomeOf([
      '--seed',
      '5',
      '--nodes',
      '16',
      '--loss',
      '0',
      '--scenario',
      'swim-at-scale',
    ]);
    expect(exitCode).toBe(0);
    const index = lines.findIndex((line) => line.includes('8 crashes are detected by all'));
    expect(lines[index + 1]).toMatch(
      /^ {7}median \d+\.\d\d s until the first declares one dead, \d+\.\d\d s until all do$/,
    );
  });

  it('tells what a run has cost, where that can be measured', () => {
    const times = [1_000, 1_500];
    const usage = () => ({ cpuMs: times.shift() ?? 0, memoryMiBMax: 77.7 });
    const { lines, exitCode } = outcomeOf(['--seed', '5', '--nodes', '16', '--loss', '0', '--scenario', 'scale'], {
      usage,
    });
    expect(exitCode).toBe(0);
    expect(lines[2]).toMatch(/nobody dies in a minute +60\.00 s/);
    const eventCount = Number(/(\d+) events/.exec(lines.at(-2) ?? '')?.[1]);
    expect(lines.at(-1)).toBe(`  0.50 s of one core · ${eventCount * 2} events/s · at most 78 MiB`);
  });

  it('runs several seeds, each as it would run alone', () => {
    const { lines, exitCode } = outcomeOf(['--seed', '5', '--seeds', '2', '--nodes', '16', '--loss', '0']);
    expect(exitCode).toBe(0);
    expect(lines.filter((line) => line.startsWith('seed '))).toHaveLength(2);
    expect(lines.at(-1)).toBe('all 2 seeds held');
    const alone = outcomeOf(['--seed', '6', '--nodes', '16', '--loss', '0']);
    expect(lines.slice(7, 14)).toEqual(alone.lines);
  });

  it('stops at the first seed that fails, and prints last the command that replays it', () => {
    const scenarios = scenariosWith(failingFor([6]));
    const args = ['--seed', '5', '--seeds', '3', '--nodes', '16', '--loss', '30', '--scenario', 'planted'];
    const { lines, exitCode } = outcomeOf(args, { scenarios });
    expect(exitCode).toBe(1);
    expect(lines.filter((line) => line.startsWith('seed '))).toHaveLength(2);
    expect(lines.some((line) => line.startsWith('  FAIL 16 nodes join'))).toBe(true);
    expect(lines.some((line) => line.startsWith('       expected no packet above packetBytesMax'))).toBe(true);
    const replay = 'replay: pnpm sim --seed 6 --nodes 16 --loss 30 --scenario planted --trace trace.txt';
    expect(lines.at(-1)).toBe(replay);

    const again = outcomeOf(replay.split(' ').slice(3), { scenarios });
    expect(again.exitCode).toBe(1);
    expect(traceOf(again.lines)).toMatch(/^[0-9a-f]{16}$/);
    expect(traceOf(again.lines)).toBe(traceOf(lines.slice(-3)));
    expect(again.lines.at(-1)).toBe(replay);
    expect(again.files.get('trace.txt')?.some((line) => line.includes('larger than packetBytesMax'))).toBe(true);
  });

  it('writes the trace of a run that held', () => {
    const { lines, exitCode, files } = outcomeOf(['--seed', '5', '--nodes', '16', '--trace', 'out.txt']);
    expect(exitCode).toBe(0);
    const trace = files.get('out.txt') ?? [];
    expect(trace[0]).toBe('0.000 10.0.0.0:7946 fault start');
    for (const kind of ['command', 'timer', 'event', 'send', 'message', 'lost']) {
      expect(trace.some((line) => line.includes(` ${kind} `))).toBe(true);
    }
    expect(lines.at(-1)).toBe(`  ${trace.length} lines written to out.txt`);
    expect(traceOf(lines)).toBe(traceOf(outcomeOf(['--seed', '5', '--nodes', '16']).lines));
  });

  it('tells of what is thrown, by the scenario or by the file system, and how to replay it', () => {
    const thrower: Scenario = () => {
      throw new Error('planted');
    };
    const thrown = outcomeOf(['--seed', '1', '--scenario', 'planted'], { scenarios: scenariosWith(thrower) });
    expect(thrown.exitCode).toBe(1);
    expect(thrown.lines[1]).toMatch(/^ {2}FAIL Error: planted/);
    expect(thrown.lines.at(-1)).toMatch(/^replay: pnpm sim --seed 1 /);

    const writeLines = () => {
      throw new Error('disk full');
    };
    const unwritten = outcomeOf(['--seed', '1', '--nodes', '16', '--trace', 'x'], { writeLines });
    expect(unwritten.exitCode).toBe(1);
    expect(unwritten.lines.some((line) => line.includes('disk full'))).toBe(true);
  });

  it.each([['--help'], ['-h']])('explains itself by %s', (flag) => {
    const { lines, exitCode } = outcomeOf([flag]);
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^Usage: pnpm sim --seed N/);
  });

  it.each([
    [[], '--seed: give a whole number of 0 to 4294967295'],
    [['--seed', 'x'], '--seed: give'],
    [['--seed', ''], '--seed: give'],
    [['--seed', '1.5'], '--seed: give'],
    [['--seed', '4294967296'], '--seed: give'],
    [['--seed', '1', '--seeds', '0'], '--seeds: 0 is not'],
    [['--seed', '4294967295', '--seeds', '2'], '--seeds: the last seed would be above 4294967295'],
    [['--seed', '1', '--nodes', '15'], '--nodes: 15 is not a whole number of 16 to 10000'],
    [['--seed', '1', '--nodes', '1e3'], '--nodes: 1e3 is not'],
    [['--seed', '1', '--nodes', '10001'], '--nodes: 10001 is not'],
    [['--seed', '1', '--loss', '251'], '--loss: 251 is not a whole number of 0 to 250'],
    [['--seed', '1', '--scenario', 'second'], '--scenario: second is unknown; there is first-cluster'],
    [['--seed', '1', '--seeds', '2', '--trace', 'x'], '--trace: works for one seed'],
    [['--seed'], "Option '--seed <value>' argument missing"],
    [['--sed', '1'], "Unknown option '--sed'"],
    [['1'], "Unexpected argument '1'"],
  ])('refuses %j', (args, problem) => {
    const { lines, exitCode } = outcomeOf(args);
    expect(exitCode).toBe(2);
    expect(lines[0]).toContain(problem);
    expect(lines[1]).toMatch(/^Usage: /);
  });

  it('takes the largest seed', () => {
    const quick: Scenario = function* ({ seed }) {
      expect(seed).toBe(4_294_967_295);
      return yield* firstCluster({ seed, nodeCount: 16, lossPerMille: 0, traceLineCountMax: 0 });
    };
    const args = ['--seed', '4294967295', '--scenario', 'planted'];
    expect(outcomeOf(args, { scenarios: scenariosWith(quick) }).exitCode).toBe(0);
  });
});
