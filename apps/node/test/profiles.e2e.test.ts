/** Real agents under the rules of Cassandra and of Redis Cluster. The clusters run side by side. */
import { afterAll, describe, it } from 'vitest';
import { Bench, type RealAgent } from './real-agent.ts';
import { clusterOf, PATIENCE, statuses, viewOf } from './real-cluster.ts';

const bench = new Bench();
afterAll(() => bench.clean());

describe.concurrent('agents of one profile', () => {
  it.for([
    ['cassandra', 'phi', /^Phi was \d+\.\d after heartbeats .+ apart in the mean\.$/m],
    // The word of the one who saw the majority counts at once: the second report may still be under way here.
    ['redis', 'quorum', /^[12] of the 2 voters that it takes say so\.$/m],
  ] as const)(
    'find a killed one by their rule, say so, and take it back: %s',
    async ([profile, rule, line], { expect }) => {
      const names = ['a', 'b', 'c'].map((name) => `${profile}-${name}`);
      const agents = await clusterOf(bench, names, ['--profile', profile]);
      const [a, b, c] = agents as [RealAgent, RealAgent, RealAgent];
      await expect.poll(() => statuses(agents, agents), PATIENCE).toEqual(['alive']);
      await c.end('SIGKILL');
      await expect.poll(() => statuses([a, b], [c]), PATIENCE).toEqual(['dead']);
      expect((await viewOf(a, c))?.evidence?.finding?.rule).toBe(rule);
      const { stdout } = await bench.run(['members', '--why', c.name, '--http', a.http]);
      expect(stdout).toMatch(line);
      const again = await bench.agent(c.name, ['--join', a.gossip, '--profile', profile]);
      await expect.poll(() => statuses([a, b, again], [a, b, again]), PATIENCE).toEqual(['alive']);
      const left = await again.end('SIGTERM');
      expect(left.exitCode).toBe(0);
      await expect.poll(() => statuses([a, b], [again]), PATIENCE).toEqual(['left']);
    },
  );
});
