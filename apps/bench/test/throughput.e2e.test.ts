/** Two agents: the figures mean nothing, only that there are some and that nothing is lost. */
import { expect, it } from 'vitest';
import { agentsObstacle, runAgents } from '../src/suites/agents-program.ts';

it('two agents tell each other all that one of them publishes', () => {
  expect(agentsObstacle()).toBeUndefined();
  const report = runAgents({ agentCount: 2, rumorCount: 60, payloadBytes: 200, batchCount: 25, way: 'push' });
  expect(report).toMatchObject({ agents: 2, rumors: 60, missed: 0, twice: 0, strange: 0, dropped: 0 });
  for (const key of ['seconds', 'cpuSeconds', 'packets'] as const) expect(report[key], key).toBeGreaterThan(0);
  // Each pushes each rumor eight times at most, and the bytes of a payload go at least once.
  expect(report.pushed).toBeLessThanOrEqual(2 * 8 * 60);
  expect(report.packetBytes + report.frameBytes).toBeGreaterThan(60 * 200);
});
