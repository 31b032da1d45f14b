import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { Bench, type RealAgent } from './real-agent.ts';

const bench = new Bench();
afterAll(() => bench.clean());

const PATIENCE = { timeout: 60_000, interval: 50 };

function statusAt(observer: RealAgent, name: string): Promise<string | undefined> {
  return observer.client.members().then((members) => members.find((member) => member.name === name)?.status);
}

function generationAt(observer: RealAgent, name: string): Promise<number> {
  return observer.client.members().then((members) => members.find((member) => member.name === name)?.generation ?? 0);
}

describe('three agents', () => {
  const dataDir = bench.folder();
  let agents: [RealAgent, RealAgent, RealAgent];

  it('join', async () => {
    const a = await bench.agent('trio-a');
    const b = await bench.agent('trio-b', ['--join', a.gossip]);
    const c = await bench.agent('trio-c', ['--join', a.gossip, '--data-dir', dataDir]);
    agents = [a, b, c];
    for (const observer of agents) {
      for (const { name } of agents) await expect.poll(() => statusAt(observer, name), PATIENCE).toBe('alive');
    }
  });

  it('know each other, and say so by the command line', async () => {
    const [a, b] = agents;
    const table = await bench.run(['members', '--http', `http://${b.http}`]);
    expect(table.exitCode).toBe(0);
    expect(table.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'NAME',
      'trio-a',
      'trio-b',
      'trio-c',
      '',
    ]);
    const json = await bench.run(['members', '--json'], { env: { HEARSAY_HTTP: `http://${a.http}` } });
    const names = (JSON.parse(json.stdout) as { name: string }[]).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['trio-a', 'trio-b', 'trio-c']));
    expect((await bench.run(['info', '--http', a.http])).stdout).toMatch(
      /^members +3 alive, 0 suspect, 0 dead, 0 left$/m,
    );
    for (const { http } of agents) expect((await fetch(`http://${http}/readyz`)).status).toBe(200);
  });

  it('share what is written at any of them', async () => {
    const [a, b, c] = agents;
    const set = await bench.run(['kv', 'set', 'flags/mode', '-', '--http', a.http], { input: 'dark\n' });
    expect(set).toMatchObject({ exitCode: 0, stderr: '' });
    await expect
      .poll(async () => (await bench.run(['kv', 'get', 'flags/mode', '--http', c.http])).stdout, PATIENCE)
      .toBe('dark\n');
    const { version } = await c.client.read('flags/mode');
    expect(set.stdout).toBe(`${version}\n`);
    expect(
      (await bench.run(['kv', 'set', 'flags/mode', 'x', '--if-version', '1.0.x', '--http', c.http])).exitCode,
    ).toBe(1);
    expect((await bench.run(['kv', 'list', '--json', '--prefix', 'flags/', '--http', c.http])).stdout).toContain(
      version,
    );
    await expect
      .poll(async () => (await b.client.status()).digests.store, PATIENCE)
      .toBe((await a.client.status()).digests.store);
    expect((await bench.run(['kv', 'delete', 'flags/mode', '--http', c.http])).exitCode).toBe(0);
    await expect
      .poll(async () => (await bench.run(['kv', 'get', 'flags/mode', '--http', a.http])).exitCode, PATIENCE)
      .toBe(1);
  });

  it('hear rumors, and show them to those who follow their events', async () => {
    const [a, , c] = agents;
    const listener = bench.spawn(['events', '--json', '--topic', 'news', '--http', c.http]);
    const lines = createInterface(listener.stdout!);
    await expect
      .poll(async () => (await fetch(`http://${c.http}/metrics`)).text(), PATIENCE)
      .toMatch(/^hearsay_http_event_streams 1$/m);
    const line = once(lines, 'line');
    const rumor = await bench.run(['rumor', 'news', 'it works', '--priority', 'high', '--json', '--http', a.http]);
    const { id } = JSON.parse(rumor.stdout) as { id: string };
    expect(JSON.parse(String((await line)[0]))).toEqual({
      type: 'rumor',
      id,
      topic: 'news',
      origin: 'trio-a',
      priority: 'high',
      payload: 'it works',
      publishedAtMs: expect.any(Number),
      via: expect.any(String),
    });
    listener.kill('SIGINT');
    expect(await once(listener, 'exit')).toEqual([0, null]);
  });

  it('are not moved by garbage on their gossip ports, and count it', async () => {
    const [a] = agents;
    const [host = '', port = ''] = a.gossip.split(':');
    const before = await refusedCount(a);
    const socket = createSocket('udp4');
    for (let index = 0; index < 20; index += 1) {
      const garbage = Buffer.from(Array.from({ length: 1 + index * 60 }, (_, at) => (at * 31 + index * 17) % 256));
      await new Promise((resolve) => socket.send(garbage, Number(port), host, resolve));
    }
    socket.close();
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(64, 0xff),
      Buffer.of(0, 0, 0, 4, 1, 2, 3, 4),
    ]) {
      const stream = connect(Number(port), host);
      stream.on('error', () => undefined);
      stream.end(bytes);
      await once(stream.resume(), 'close');
    }
    await expect.poll(async () => (await refusedCount(a)) - before, PATIENCE).toBeGreaterThanOrEqual(20);
    const members = await a.client.members();
    expect(members.map(({ status }) => status)).toEqual(['alive', 'alive', 'alive']);
    expect(a.stderr()).not.toMatch(/"level":[56]0/);
  });

  it('see a killed one dead, and its next life with a higher generation', async () => {
    const [a, b, c] = agents;
    const before = await generationAt(a, c.name);
    await c.end('SIGKILL');
    for (const observer of [a, b]) await expect.poll(() => statusAt(observer, c.name), PATIENCE).toBe('dead');
    const again = await bench.agent(c.name, ['--join', b.gossip, '--data-dir', dataDir]);
    for (const observer of [a, b]) {
      await expect.poll(() => generationAt(observer, c.name), PATIENCE).toBeGreaterThan(before);
      await expect.poll(() => statusAt(observer, c.name), PATIENCE).toBe('alive');
    }
    agents[2] = again;
  });

  it('see one that was asked to end as left, not dead', async () => {
    const [a, b, c] = agents;
    const ended = await c.end('SIGTERM');
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout.trim().split('\n')).toHaveLength(1);
    for (const observer of [a, b]) await expect.poll(() => statusAt(observer, c.name), PATIENCE).toBe('left');
  });

  it('leave by command, run on, and can join again', async () => {
    const [a, b] = agents;
    expect(await bench.run(['leave', '--http', b.http])).toMatchObject({ exitCode: 0, stdout: 'left the cluster\n' });
    await expect.poll(() => statusAt(a, b.name), PATIENCE).toBe('left');
    expect((await fetch(`http://${b.http}/readyz`)).status).toBe(503);
    expect((await bench.run(['join', a.gossip, '--http', b.http])).stdout).toMatch(/^joined: \d members\n$/);
    await expect.poll(() => statusAt(a, b.name), PATIENCE).toBe('alive');
  });
});

/** Everything that was counted as unreadable, by packet or by stream. */
async function refusedCount({ http }: RealAgent): Promise<number> {
  const text = await (await fetch(`http://${http}/metrics`)).text();
  const samples = text.split('\n').filter((line) => /^hearsay_(undecodable|dropped)_total[ {]/.test(line));
  return samples.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('an agent whose seed is not there', () => {
  it('runs, says that it is not ready, and joins when the seed comes', async () => {
    const placeholder = await bench.agent('late-seed');
    const seed = placeholder.gossip;
    await placeholder.end('SIGTERM');
    const early = await bench.agent('early', ['--join', seed]);
    expect((await fetch(`http://${early.http}/healthz`)).status).toBe(200);
    expect((await fetch(`http://${early.http}/readyz`)).status).toBe(503);
    await expect.poll(early.stderr, PATIENCE).toContain('"event":"join-retried"');
    const late = await bench.agent('late', ['--bind', seed]);
    await expect.poll(() => statusAt(late, 'early'), PATIENCE).toBe('alive');
    await expect.poll(async () => (await fetch(`http://${early.http}/readyz`)).status, PATIENCE).toBe(200);
    await Promise.all([early.end('SIGINT'), late.end('SIGINT')]);
  });
});

describe('an agent that cannot start', () => {
  it('says in one line which port is busy, and exits with 1', async () => {
    const holder = await bench.agent('holder');
    const gossip = await bench.run(['agent', '--name', 'x', '--bind', holder.gossip, '--http', '127.0.0.1:0']);
    expect(gossip).toMatchObject({ exitCode: 1, stdout: '' });
    expect(gossip.stderr).toMatch(/^hearsay: .*--bind\n$/);
    expect(gossip.stderr).toContain(holder.gossip);
    const http = await bench.run(['agent', '--name', 'x', '--bind', '127.0.0.1:0', '--http', holder.http]);
    expect(http).toMatchObject({ exitCode: 1, stdout: '' });
    expect(http.stderr).toBe(
      `hearsay: cannot listen on ${holder.http} for HTTP: the port is in use, choose another with --http\n`,
    );
    await holder.end('SIGTERM');
  });

  it('exits with 2 and a line per problem when its command line or configuration is wrong', async () => {
    const flag = await bench.run(['agent', '--nmae', 'x']);
    expect(flag).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "hearsay: unknown option '--nmae' (Did you mean --name?)\n",
    });
    const config = await bench.run(['agent', '--name', 'a b', '--bind', 'nowhere', '--http', '0.0.0.0:0']);
    expect(config).toMatchObject({ exitCode: 2, stdout: '' });
    expect(
      config.stderr
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 18)),
    ).toEqual(['hearsay: --name: "', 'hearsay: --bind: "', 'hearsay: --http: 0']);
    const open = await bench.run(['agent', '--http', '0.0.0.0:0']);
    expect(open.exitCode).toBe(2);
    expect(open.stderr).toMatch(/^hearsay: --http: .*HEARSAY_HTTP_TOKEN.*\n$/);
  });
});
