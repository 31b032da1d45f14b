import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HearsayError } from '@hearsay/core';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Agent } from '../src/agent/agent.ts';
import { Readiness } from '../src/agent/readiness.ts';
import { AgentClient } from '../src/client/agent-client.ts';
import { loadAgentConfig } from '../src/config/load.ts';
import type { AgentConfig } from '../src/config/schema.ts';
import { type FakeNode, fakeNode } from './fake-node.ts';

function config(flags: Record<string, unknown> = {}): AgentConfig {
  const all = { name: 'self', http: '127.0.0.1:0', ...flags };
  return loadAgentConfig({ flags: new Map(Object.entries(all)), env: {}, isTerminal: false });
}

const silent = pino({ level: 'silent' });

async function startAgent(
  node: FakeNode,
  flags?: Record<string, unknown>,
): Promise<{ agent: Agent; client: AgentClient }> {
  const agent = await Agent.start(config(flags), silent, async () => node);
  return { agent, client: new AgentClient(new URL(`http://${agent.httpAddress}`)) };
}

describe('an agent', () => {
  it('hands its configuration to the node and serves it until it ends', async () => {
    const node = fakeNode();
    const asked: unknown[] = [];
    const agent = await Agent.start(
      config({ tags: ['zone=a'], join: ['10.0.0.2:7946'], profile: 'redis' }),
      silent,
      async (options) => {
        asked.push(options);
        return node;
      },
    );
    expect(asked).toMatchObject([
      {
        name: 'self',
        bind: '0.0.0.0:7946',
        join: ['10.0.0.2:7946'],
        tags: { zone: 'a' },
        profile: 'redis',
        preset: 'lan',
      },
    ]);
    const client = new AgentClient(new URL(`http://${agent.httpAddress}`));
    expect((await client.status()).name).toBe('self');
    await agent.end();
    expect(node.calls).toEqual(['leave', 'stop']);
    await expect(client.status()).rejects.toThrow(/no agent answers/);
  });

  it('shows the events of its node, and ends open streams when it ends', async () => {
    const node = fakeNode();
    const { agent, client } = await startAgent(node);
    const { signal } = new AbortController();
    const events = await client.events({ types: [], topic: undefined, lastEventId: undefined, signal });
    node.emit({ type: 'left' });
    const iterator = events[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ type: 'left', id: '1700000000.1' });
    const end = agent.end();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await end;
  });

  it('starts no node when its HTTP port is busy', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => busy.once('listening', resolve));
    const http = `127.0.0.1:${(busy.address() as AddressInfo).port}`;
    const starting = Agent.start(config({ http }), silent, () => Promise.reject(new Error('not reached')));
    await expect(starting).rejects.toMatchObject({
      exitCode: 1,
      lines: [expect.stringContaining('the port is in use')],
    });
    busy.close();
  });

  it.each([
    [
      new HearsayError('ERR_BIND', 'the port is in use'),
      1,
      'cannot start the node: the port is in use, choose another address with --bind',
    ],
    [new HearsayError('ERR_CONFIG', 'createNode: tags: too large'), 2, 'createNode: tags: too large'],
  ])('gives its HTTP port back when the node does not start: %s', async (error, exitCode, line) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    await new Promise((resolve) => taken.close(resolve));
    const starting = Agent.start(config({ http: `127.0.0.1:${port}` }), silent, () => Promise.reject(error));
    await expect(starting).rejects.toMatchObject({ exitCode, lines: [line] });
    const again = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => again.once('listening', resolve));
    again.close();
  });
});

describe('readiness', () => {
  it('waits for the first answer of a seed, and only then', () => {
    const alone = new Readiness(false);
    expect(alone.whyNot('alive')).toBeUndefined();
    const searching = new Readiness(true);
    expect(searching.whyNot('alive')).toBe('no seed has answered yet');
    searching.onEvent({ type: 'join-retried' });
    expect(searching.whyNot('alive')).toBeDefined();
    searching.onEvent({ type: 'joined' });
    expect(searching.whyNot('alive')).toBeUndefined();
    expect(searching.whyNot('left')).toBe('the node has left its cluster: join again');
    searching.onEnding();
    expect(searching.whyNot('alive')).toBe('the agent is ending');
  });
});
