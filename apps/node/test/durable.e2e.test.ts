import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Bench, type RealAgent } from './real-agent.ts';
import { PATIENCE, textAt } from './real-cluster.ts';

const bench = new Bench();
afterAll(() => bench.clean());

/** Writes keys one after the other, until the agent dies. Returns those that were answered. */
async function writeUntilEnd(agent: RealAgent, prefix: string): Promise<string[]> {
  const answered: string[] = [];
  for (let index = 0; ; index++) {
    const key = `${prefix}/${index}`;
    const isAnswered = await agent.client.write(key, Buffer.from(key)).then(
      () => true,
      () => false,
    );
    if (!isAnswered) return answered;
    answered.push(key);
  }
}

describe('an agent with a data directory', () => {
  it.each(['batched', 'sync'] as const)('has every write that it answered after a SIGKILL (%s)', async (durability) => {
    const args = ['--data-dir', bench.folder(), '--durability', durability];
    const expected: string[] = [];
    for (let life = 0; life < 2; life++) {
      const agent = await bench.agent('durable', args);
      const held = new Set(
        (await agent.client.list({ prefix: '', limit: 1_000, after: undefined })).map(({ key }) => key),
      );
      expect(expected.filter((key) => !held.has(key))).toEqual([]);
      const writers = ['a', 'b', 'c'].map((writer) => writeUntilEnd(agent, `${life}/${writer}`));
      // In the middle of it all, once some have been answered.
      await expect
        .poll(
          async () => (await agent.client.list({ prefix: `${life}/c`, limit: 20, after: undefined })).length,
          PATIENCE,
        )
        .toBe(20);
      await agent.end('SIGKILL');
      expected.push(...(await Promise.all(writers)).flat().slice(0, 300));
    }
  });

  it('starts without a file that is damaged, keeps that, says so, and gets its records from a peer', async () => {
    const dataDir = bench.folder();
    const peer = await bench.agent('heal-peer');
    const args = ['--data-dir', dataDir, '--join', peer.gossip];
    const first = await bench.agent('heal-me', args);
    await first.client.write('k', Buffer.from('kept'));
    await expect.poll(() => textAt(peer, 'k'), PATIENCE).toBe('kept');
    await first.end('SIGKILL');
    writeFileSync(join(dataDir, 'store', 'data.mdb'), 'half a fi');
    const second = await bench.agent('heal-me', args);
    expect(second.stderr()).toContain('store.damaged');
    await expect.poll(() => textAt(second, 'k'), PATIENCE).toBe('kept');
    const digests = async (): Promise<Set<string>> =>
      new Set(
        (await Promise.all([peer, second].map(({ client }) => client.status()))).map((each) => each.digests.store),
      );
    await expect.poll(async () => (await digests()).size, PATIENCE).toBe(1);
  });
});
