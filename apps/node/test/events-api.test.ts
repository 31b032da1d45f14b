import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AgentClient } from '../src/client/agent-client.ts';
import { follow } from '../src/client/follow.ts';
import type { ServerEvent } from '../src/client/sse-parser.ts';
import { type ApiUnderTest, startApi } from './api-under-test.ts';
import { memberSnapshot } from './fake-node.ts';

const open: ApiUnderTest[] = [];
const controllers: AbortController[] = [];
afterEach(async () => {
  for (const controller of controllers.splice(0)) controller.abort();
  await Promise.all(open.splice(0).map((started) => started.close()));
});

async function api(options: Parameters<typeof startApi>[0] = {}): Promise<ApiUnderTest> {
  const started = await startApi(options);
  open.push(started);
  return started;
}

function controller(): AbortController {
  const made = new AbortController();
  controllers.push(made);
  return made;
}

/** Opens a stream and returns how to take the next events from it. */
async function listen(
  { client }: ApiUnderTest,
  options: { types?: string[]; topic?: string; lastEventId?: string } = {},
): Promise<(count: number) => Promise<ServerEvent[]>> {
  const { signal } = controller();
  const { types = [], topic, lastEventId } = options;
  const iterator = (await client.events({ types, topic, lastEventId, signal }))[Symbol.asyncIterator]();
  return async (count) => {
    const events: ServerEvent[] = [];
    while (events.length < count) {
      const { done, value } = await iterator.next();
      if (done) break;
      events.push(value);
    }
    return events;
  };
}

function rumor(topic: string, payload: Uint8Array = Buffer.from('x')) {
  return { type: 'rumor', id: 'a:1:1', topic, origin: 'a', priority: 'normal', payload, via: 'spread' } as const;
}

describe('/v1/events', () => {
  it('sends events from the moment of connecting, rumors as text or base64', async () => {
    const started = await api();
    started.node.emit(rumor('before'));
    const take = await listen(started);
    started.node.emit(rumor('news', Buffer.from('hello')));
    started.node.emit(rumor('news', Uint8Array.of(255)));
    started.node.emit({ type: 'member-failed', member: memberSnapshot('peer', { status: 'dead', accuser: 'b' }) });
    const events = await take(3);
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      ['7.2', 'rumor'],
      ['7.3', 'rumor'],
      ['7.4', 'member-failed'],
    ]);
    expect(JSON.parse(events[0]!.data)).toEqual({
      id: 'a:1:1',
      topic: 'news',
      origin: 'a',
      priority: 'normal',
      via: 'spread',
      payload: 'hello',
    });
    expect(JSON.parse(events[1]!.data)).toMatchObject({ payloadBase64: '/w==' });
    expect(JSON.parse(events[2]!.data)).toMatchObject({ member: { name: 'peer', status: 'dead', accuser: 'b' } });
  });

  it('narrows by topic, and by type', async () => {
    const started = await api();
    const ofTopic = await listen(started, { topic: 'a' });
    const ofType = await listen(started, { types: ['left'] });
    const both = await listen(started, { types: ['rumor', 'left'], topic: 'b' });
    for (const topic of ['a', 'b', 'a']) started.node.emit(rumor(topic));
    started.node.emit({ type: 'left' });
    expect((await ofTopic(2)).map(({ id }) => id)).toEqual(['7.1', '7.3']);
    expect((await ofType(1)).map(({ id }) => id)).toEqual(['7.4']);
    expect((await both(2)).map(({ id }) => id)).toEqual(['7.2', '7.4']);
  });

  it('refuses unknown types by naming the known ones', async () => {
    const started = await api();
    await expect(listen(started, { types: ['rumour'] })).rejects.toThrow(/rumour is unknown: use member-joined/);
  });

  it('goes on after Last-Event-ID', async () => {
    const started = await api();
    for (const topic of ['a', 'b', 'c']) started.node.emit(rumor(topic));
    const take = await listen(started, { lastEventId: '7.1' });
    expect((await take(2)).map(({ id }) => id)).toEqual(['7.2', '7.3']);
  });

  it('tells a client of an earlier life that it may have missed something', async () => {
    const started = await api();
    started.node.emit(rumor('a'));
    const take = await listen(started, { lastEventId: '6.99' });
    expect((await take(2)).map(({ id, type, data }) => [id, type, type === 'overflow' ? data : ''])).toEqual([
      ['7.0', 'overflow', '{"missedCount":null}'],
      ['7.1', 'rumor', ''],
    ]);
  });

  it('forgets clients that went away', async () => {
    const started = await api();
    await listen(started);
    expect(started.hub.streamCount).toBe(1);
    for (const made of controllers.splice(0)) made.abort();
    await expect.poll(() => started.hub.streamCount).toBe(0);
  });

  it('refuses streams above the limit', async () => {
    const started = await api();
    for (let count = 0; count < 64; count += 1) await listen(started);
    await expect(listen(started)).rejects.toMatchObject({ status: 503 });
  });
});

describe('following an agent', () => {
  it('comes back with the id of the last event, also when there was none yet', async () => {
    const ids: (string | undefined)[] = [];
    const replies = [
      'id: 7.0\nretry: 1\n\n',
      'id: 7.1\nevent: left\ndata: {}\n\n',
      'id: 7.2\nevent: left\ndata: {}\n\n',
    ];
    const server = createServer((request, response) => {
      ids.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200).write(replies[ids.length - 1]!, () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new AgentClient(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    const { signal } = controller();
    const lost: string[] = [];
    const events = follow(client, {
      types: [],
      topic: undefined,
      signal,
      retryMs: 1,
      onLost: (reason) => lost.push(reason),
    });
    expect((await events.next()).value).toMatchObject({ id: '7.1' });
    expect((await events.next()).value).toMatchObject({ id: '7.2' });
    expect(ids).toEqual([undefined, '7.0', '7.1']);
    expect(lost).toHaveLength(2);
    server.close();
  });

  it('fails at once when there is no agent', async () => {
    const started = await startApi();
    await started.close();
    const { signal } = controller();
    await expect(follow(started.client, { types: [], topic: undefined, signal }).next()).rejects.toThrow(
      /no agent answers at http:.*: start one with "hearsay agent"/,
    );
  });
});
