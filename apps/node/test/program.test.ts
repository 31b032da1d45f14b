import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/program.ts';
import { type ApiUnderTest, startApi } from './api-under-test.ts';
import { capturedTerminal } from './captured-terminal.ts';

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  const terminal = capturedTerminal(env, input);
  const exitCode = await runCommand(args, terminal);
  return { exitCode, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

describe('bad usage', () => {
  it.each([
    [['agent', '--nope'], /unknown option '--nope'/],
    [['membres'], /unknown command 'membres' \(Did you mean members\?\)/],
    [['members', 'extra'], /too many arguments/],
    [['join'], /missing required argument 'addresses'/],
    [['rumor', 'a', 'b', '--priority', 'loud'], /Allowed choices are critical, high, normal, bulk/],
    [['kv', 'set', 'k', 'v', '--ttl', '5 minutes'], /Use a whole number with ms, s, m, h or d/],
    [['kv', 'list', '--limit', '0'], /Use a whole number of at least 1/],
    [['demo', '--nodes', '2'], /Use a whole number of 3 to 32/],
    [['demo', '--http-port', '65536'], /Use a whole number of 0 to 65535/],
    [['members', '--http', 'ftp://x'], /--http: "ftp:\/\/x" is not a URL/],
    [['agent', '--log-level', 'loud'], /--log-level: "loud" is unknown/],
  ])('%j exits with 2 and one line', async (args, message) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^hearsay: [^\n]+\n$/);
  });

  it('shows the help without a command, and for every command', async () => {
    expect(await run([])).toMatchObject({ exitCode: 2 });
    for (const command of [[], ['agent'], ['demo'], ['members'], ['kv', 'set'], ['events']]) {
      const { exitCode, stdout } = await run([...command, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Usage: hearsay/);
    }
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the configuration on paper', () => {
  it('prints what would be used', async () => {
    const { exitCode, stdout } = await run(['agent', '--name', 'a', '--tag', 'x=1', '--tag', 'y=2', '--print-config']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('name: a\n');
    expect(stdout).toContain('tags:\n  x: "1"\n  y: "2"\n');
  });
});

describe('client commands', () => {
  const token = '0123456789abcdef';
  let api: ApiUnderTest;
  let env: Record<string, string>;
  beforeAll(async () => {
    api = await startApi({ token });
    env = { HEARSAY_HTTP: api.url, HEARSAY_HTTP_TOKEN: token };
  });
  afterAll(() => api.close());

  it('say what to do when there is no agent', async () => {
    const { exitCode, stderr } = await run(['members', '--http', '127.0.0.1:1']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'hearsay: no agent answers at http://127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1): ' +
        'start one with "hearsay agent", or name another with --http URL\n',
    );
  });

  it('say what to do when the token is missing', async () => {
    const { exitCode, stderr } = await run(['info'], { HEARSAY_HTTP: api.url });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/a token is required: .*HEARSAY_HTTP_TOKEN\n$/);
  });

  it('print tables for people and JSON for programs', async () => {
    expect((await run(['members'], env)).stdout).toMatch(/^NAME .*\npeer .*\nself \* .*zone=a\n$/);
    expect(JSON.parse((await run(['members', '--json'], env)).stdout)).toHaveLength(2);
    expect((await run(['info'], env)).stdout).toMatch(/^name +self\nstatus +alive\n/);
    expect(JSON.parse((await run(['info', '--json'], env)).stdout)).toMatchObject({ digests: { store: 'bb' } });
    expect((await run(['join', '10.0.0.2:7946'], env)).stdout).toBe('joined: 2 members\n');
    expect(await run(['join', '192.0.2.1:1'], env)).toMatchObject({ exitCode: 1, stderr: 'hearsay: no answer\n' });
    expect((await run(['rumor', 'news', 'hello'], env)).stdout).toBe('self:1700000000:1\n');
    await run(['rumor', 'news', '-'], env, 'from stdin');
    expect(api.node.calls.at(-1)).toBe(`publish news ${Buffer.from('from stdin').toString('hex')} normal`);
  });

  it('read and write keys', async () => {
    const { stdout: version } = await run(['kv', 'set', 'a/1', 'one'], env);
    expect((await run(['kv', 'get', 'a/1'], env)).stdout).toBe('one');
    expect(JSON.parse((await run(['kv', 'get', 'a/1', '--json'], env)).stdout)).toEqual({
      key: 'a/1',
      value: 'one',
      version: version.trim(),
      origin: 'self',
    });
    const dump = (await run(['kv', 'export', '--prefix', 'a/'], env)).stdout;
    expect(JSON.parse(dump)).toMatchObject({ key: 'a/1', value: 'one' });
    expect((await run(['kv', 'import', '-'], env, dump)).stdout).toBe('1\n');
    expect(await run(['kv', 'import', '-'], env, 'no json')).toMatchObject({ exitCode: 1 });
    await run(['kv', 'set', 'a/2', '-'], env, 'two\n');
    expect((await run(['kv', 'get', 'a/2'], env)).stdout).toBe('two\n');
    expect(
      (await run(['kv', 'list', '--prefix', 'a/'], env)).stdout.split('\n').map((line) => line.split(' ')[0]),
    ).toEqual(['KEY', 'a/1', 'a/2', '']);
    expect(
      JSON.parse((await run(['kv', 'list', '--json', '--limit', '1', '--after', 'a/1'], env)).stdout),
    ).toMatchObject([{ key: 'a/2' }]);
    expect(await run(['kv', 'delete', 'a/1', '--if-version', 'old'], env)).toMatchObject({ exitCode: 1 });
    expect(await run(['kv', 'delete', 'a/1'], env)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await run(['kv', 'get', 'a/1'], env)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'hearsay: "a/1" is not in the store of this node\n',
    });
  });

  it('read and write node state', async () => {
    expect((await run(['state', 'set', 'load', '0.5'], env)).stdout).toBe('1\n');
    await run(['state', 'set', 'zone', '-'], env, 'east');
    expect((await run(['state', 'get', 'load'], env)).stdout).toBe('0.5');
    expect((await run(['state', 'get', 'load', '--member', 'peer'], env)).stdout).toBe('0.7');
    expect(JSON.parse((await run(['state', 'get', 'zone', '--json'], env)).stdout)).toEqual({
      origin: 'self',
      key: 'zone',
      value: 'east',
      version: 2,
    });
    expect((await run(['state', 'list'], env)).stdout).toMatch(
      /^MEMBER .*\npeer +load +0\.7 +3\nself +load +0\.5 +1\n/,
    );
    expect(
      JSON.parse((await run(['state', 'list', '--member', 'self', '--prefix', 'z', '--json'], env)).stdout),
    ).toEqual([{ origin: 'self', key: 'zone', value: 'east', version: 2 }]);
    expect(await run(['state', 'delete', 'load'], env)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await run(['state', 'get', 'load'], env)).toMatchObject({
      exitCode: 1,
      stderr: 'hearsay: "load" is not in the state of this node\n',
    });
  });

  it('show who owns what', async () => {
    expect((await run(['ring', 'owners', 'moving'], env)).stdout).toBe(
      'token    -42\nowner    self\nreplica  peer\npending  peer\nslot     12182, of nobody\n',
    );
    expect(JSON.parse((await run(['ring', 'owners', 'k', '--count', '1', '--json'], env)).stdout).owners).toEqual([
      'self',
    ]);
    expect(await run(['ring', 'owners', 'k', '--count', '0'], env)).toMatchObject({ exitCode: 2 });
    expect((await run(['ring', 'tokens'], env)).stdout).toMatch(
      /^MEMBER .*\npeer +- +128 +37\.5 %\nself +a +128 +62\.5 %\n$/,
    );
    expect((await run(['ring', 'tokens', '--all'], env)).stdout).toMatch(/\n-42 +self\n$/);
    await run(['ring', 'tokens', '--set', 'hibernate'], env);
    await run(['ring', 'tokens', '--set', 'moving', '--to', '*16'], env);
    await run(['ring', 'tokens', '--set', 'normal', '--to', '5,-7'], env);
    const said = api.node.calls.filter((call) => call.startsWith('tokens'));
    expect(said).toEqual(['tokens hibernate undefined', 'tokens moving 16', 'tokens normal 5,-7']);
    for (const wrong of [
      ['--set', 'gone'],
      ['--to', '*16'],
      ['--set', 'moving', '--to', '5,'],
    ]) {
      expect(await run(['ring', 'tokens', ...wrong], env)).toMatchObject({ exitCode: 2 });
    }
    expect((await run(['ring', 'slots', '--claim', '0-9'], env)).stdout).toMatch(/\nself +1 +0-9\n$/);
    expect((await run(['ring', 'schema'], env)).stdout).toMatch(/\n\(none told\) +peer self\nall agree\n$/);
    expect(await run(['ring', 'schema', '--set', 'v2', '--wait'], env)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/\nv2 +self\nthey do not agree\n$/),
      stderr: 'hearsay: the members do not agree yet\n',
    });
  });

  it('follow events until interrupted', async () => {
    const terminal = capturedTerminal(env);
    const ended = runCommand(['events', '--json', '--types', 'left'], terminal);
    await expect.poll(() => api.hub.streamCount).toBe(1);
    api.node.emit({ type: 'left' });
    await expect.poll(() => terminal.stdout.text).toBe('{"type":"left"}\n');
    terminal.interruption.abort();
    expect(await ended).toBe(0);
  });
});
