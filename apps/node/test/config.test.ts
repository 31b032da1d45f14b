import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadAgentConfig, printedConfig } from '../src/config/load.ts';
import { isLoopbackHost } from '../src/config/loopback.ts';
import { AGENT_OPTIONS } from '../src/config/options.ts';
import { AGENT_KEYS, type AgentConfig } from '../src/config/schema.ts';
import { UsageError } from '../src/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'hearsay-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function load(flags: Record<string, unknown> = {}, env: Record<string, string> = {}): AgentConfig {
  return loadAgentConfig({ flags: new Map(Object.entries(flags)), env, isTerminal: false });
}

function problems(flags: Record<string, unknown> = {}, env: Record<string, string> = {}): readonly string[] {
  try {
    load(flags, env);
  } catch (error) {
    if (error instanceof UsageError) return error.lines;
    throw error;
  }
  return [];
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('where the configuration comes from', () => {
  it('has a default for everything', () => {
    const { name, ...rest } = load();
    expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(rest).toEqual({
      bind: '0.0.0.0:7946',
      durability: 'batched',
      join: [],
      http: '127.0.0.1:7947',
      cluster: '',
      tags: {},
      zone: '',
      observer: false,
      profile: 'swim',
      preset: 'lan',
      allowFaults: false,
      logLevel: 'info',
      logFormat: 'json',
    });
    expect(loadAgentConfig({ flags: new Map(), env: {}, isTerminal: true }).logFormat).toBe('pretty');
  });

  it('takes flags over the environment over the file', () => {
    const config = file('layers.yaml', 'name: file\ncluster: file\npreset: wan\nlogLevel: warn\n');
    const env = { HEARSAY_NAME: 'env', HEARSAY_CLUSTER: 'env', HEARSAY_CONFIG: config };
    expect(load({ name: 'flag' }, env)).toMatchObject({
      name: 'flag',
      cluster: 'env',
      preset: 'wan',
      logLevel: 'warn',
    });
  });

  it('takes the file of the flag over the file of the environment', () => {
    const one = file('one.json', '{"name": "one"}');
    const other = file('other.yaml', 'name: other');
    expect(load({ config: one }, { HEARSAY_CONFIG: other }).name).toBe('one');
    expect(load({}, { HEARSAY_CONFIG: file('empty.yaml', '') }).preset).toBe('lan');
  });

  it('reads lists, tags and switches from the environment, and ignores what is empty or not ours', () => {
    const env = {
      HEARSAY_JOIN: 'a.example:1, b.example:2,',
      HEARSAY_TAGS: 'zone=a,note=x=y',
      HEARSAY_ALLOW_FAULTS: 'yes',
      HEARSAY_NAME: '',
      HEARSAY_SERVICE_PORT: '7946',
    };
    expect(load({}, env)).toMatchObject({
      join: ['a.example:1', 'b.example:2'],
      tags: { zone: 'a', note: 'x=y' },
      allowFaults: true,
    });
    expect(load({}, { HEARSAY_ALLOW_FAULTS: '0' }).allowFaults).toBe(false);
  });

  it('understands the address of the API as clients write it, for one variable serves both', () => {
    expect(load({}, { HEARSAY_HTTP: 'http://127.0.0.1:9000/' }).http).toBe('127.0.0.1:9000');
  });

  it('prints a configuration that gives itself again, without the token', () => {
    const config = load({ join: ['10.0.0.2:7946'], tags: ['zone=a'], dataDir: 'data' });
    expect(load({ config: file('printed.yaml', printedConfig(config)) })).toEqual(config);
    const secret = load({}, { HEARSAY_HTTP_TOKEN: 'a-secret-of-some-length' });
    expect(printedConfig(secret)).not.toContain('a-secret');
    // Using the print as it is must not set a well-known token.
    expect(problems({ config: file('secret.yaml', printedConfig(secret)) })).toHaveLength(1);
    expect(parse(printedConfig(secret))).toHaveProperty('httpToken');
  });
});

describe('what is wrong with the configuration', () => {
  it('tells all problems, one line each, beginning with the place', () => {
    const config = file('bad.yaml', 'nmae: x\nlogLevel: loud\nhttpToken: 5\n');
    expect(problems({ config, bind: '10.0.0.300:1', tags: ['zone'] }, { HEARSAY_ALLOW_FAULTS: 'perhaps' })).toEqual([
      '--bind: "10.0.0.300:1" is not an address: use HOST:PORT, for example 10.0.0.2:7946',
      `${config}: httpToken: 5 is not a text: write a token in quotes`,
      '--tag: a tag needs a key without "=": use KEY=VALUE',
      'HEARSAY_ALLOW_FAULTS: "perhaps" is neither true nor false',
      `${config}: logLevel: "loud" is unknown: use one of silent, fatal, error, warn, info, debug, trace`,
      `${config}: nmae: is not an option: use one of ${AGENT_KEYS.join(', ')}`,
    ]);
  });

  it.each([
    [{ name: 'a b' }, /^--name: "a b" is not a member name: use 1 to 128/],
    [{ advertise: '0.0.0.0:7946' }, /^--advertise: "0.0.0.0:7946" is no place to send to/],
    [{ advertise: '10.0.0.1:0' }, /^--advertise: "10.0.0.1:0" has port 0/],
    [{ join: ['10.0.0.1:7946', 'x'] }, /^--join: "x" is not an address/],
    [{ preset: 'moon' }, /^--preset: "moon" is unknown: use one of lan, wan, local/],
    [{ cluster: 'x'.repeat(65) }, /^--cluster: is longer than 64 bytes/],
    [{ dataDir: '' }, /^--data-dir: is empty/],
    [{ http: 'https://127.0.0.1:1' }, /^--http: "https:\/\/127.0.0.1:1" is not an address/],
    [{ config: join(folder, 'missing.yaml') }, /missing\.yaml: ENOENT/],
    [{ config: file('list.yaml', '- a') }, /list\.yaml: is not a list of options/],
    [{ config: file('broken.yaml', 'a: [') }, /broken\.yaml: .+/],
  ])('refuses %j', (flags, expected) => {
    const lines = problems(flags);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
    expect(lines[0]).not.toContain('\n');
  });

  it('asks for a token of some length when others can reach the API', () => {
    expect(problems({ http: '0.0.0.0:7947' })).toEqual([
      '--http: 0.0.0.0:7947 can be reached from other machines, so a token is required: set HEARSAY_HTTP_TOKEN ' +
        '(make one with openssl rand -hex 32) or listen on 127.0.0.1',
    ]);
    expect(problems({ http: '0.0.0.0:7947' }, { HEARSAY_HTTP_TOKEN: 'short' })).toEqual([
      'HEARSAY_HTTP_TOKEN: is shorter than 16 characters: make one with openssl rand -hex 32',
    ]);
    expect(load({ http: '0.0.0.0:7947' }, { HEARSAY_HTTP_TOKEN: '0123456789abcdef' }).http).toBe('0.0.0.0:7947');
    expect(load({ http: '[::1]:7947' }).http).toBe('[::1]:7947');
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['LOCALHOST', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['', false],
  ])('knows whether %s is this machine: %s', (host, expected) => expect(isLoopbackHost(host)).toBe(expected));
});

describe('the options', () => {
  it('are those of the schema, each with its own flag and variable', () => {
    expect(new Set(AGENT_OPTIONS.map(({ key }) => key))).toEqual(new Set(AGENT_KEYS));
    expect(new Set(AGENT_OPTIONS.map(({ env }) => env)).size).toBe(AGENT_OPTIONS.length);
  });

  it('are all in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const { flag, env, key } of AGENT_OPTIONS) {
      expect(readme).toContain(`\`${env}\``);
      expect(readme).toContain(`\`${key}\``);
      if (flag !== undefined) expect(readme).toContain(`\`${flag.split(' ')[0]}`);
    }
  });
});
