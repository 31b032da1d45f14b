import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createNode, type NodeOptions } from '../src/index.ts';
import { temporaryDirectory } from './started-node.ts';

/** The problems that `createNode` names. Options of any shape: not every caller has a compiler. */
async function problemsOf(options: object): Promise<readonly string[]> {
  const error = await createNode({ bind: '127.0.0.1:0', ...options } as NodeOptions).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ConfigError', code: 'ERR_CONFIG' });
  return (error as { problems: readonly string[] }).problems;
}

describe('wrong options', () => {
  it('are all reported at once, those of the protocols too', async () => {
    const problems = await problemsOf({
      name: 'a b',
      bind: 'here',
      advertise: '0.0.0.0:7946',
      join: ['10.0.0.1:0', '10.0.0.2:7946', 'there'],
      cluster: 'ä'.repeat(33),
      colour: 'blue',
      preset: 'moon',
      swim: { probePeriodMs: 0 },
      store: { keyBytesMax: 0 },
    });
    expect(problems).toEqual([
      'name: use 1 to 128 characters of A-Z a-z 0-9 . _ -',
      'bind: "here" is not HOST:PORT',
      'advertise: 0.0.0.0:7946 cannot be contacted',
      'join: port 0 cannot be contacted',
      'join: "there" is not HOST:PORT',
      'cluster: 66 bytes, more than 64',
      'colour: unknown option',
      expect.stringMatching(/^preset: /),
      expect.stringMatching(/^swim\.probePeriodMs: /),
      expect.stringMatching(/^store\.keyBytesMax: /),
    ]);
  });

  it.each<[string, object]>([
    ['name', {}],
    ['name', { name: undefined }],
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(129) }],
    ['name', { name: 'a:1' }],
    ['name', { name: 7 }],
    ['bind', { name: 'a', bind: '127.0.0.1' }],
    ['bind', { name: 'a', bind: 7946 }],
    ['advertise', { name: 'a', advertise: '10.0.0.1:0' }],
    ['advertise', { name: 'a', advertise: '[::]:7946' }],
    ['advertise', { name: 'a', advertise: '10.0.0.300:7946' }],
    ['join', { name: 'a', join: '10.0.0.2:7946' }],
    ['join', { name: 'a', join: [undefined] }],
    ['dataDir', { name: 'a', dataDir: '' }],
    ['cluster', { name: 'a', cluster: 'x'.repeat(65) }],
    ['cluster', { name: 'a', cluster: 1 }],
    ['tags', { name: 'a', tags: { zone: 1 } }],
    ['tags', { name: 'a', tags: 'zone' }],
    ['allowFaults', { name: 'a', allowFaults: 'yes' }],
    ['seed', { name: 'a', seed: 0.5 }],
    ['preset', { name: 'a', preset: 'constructor' }],
    ['__proto__x', { name: 'a', __proto__x: 1 }],
    ['toString', { name: 'a', toString: 1 }],
  ])('of %s are refused: %j', async (option, options) => {
    const problems = await problemsOf(options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${option}: .`));
  });

  it('leave nothing behind: not even a new generation', async () => {
    const dataDir = await temporaryDirectory();
    await problemsOf({ name: 'a', dataDir, limits: { packetBytesMax: 0 } });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('that are tags above 4096 bytes are too large, and no port stays taken', async () => {
    const tags = { note: 'x'.repeat(4_100) };
    const node = await createNode({ name: 'a', bind: '127.0.0.1:0' });
    const { address } = node;
    await node.stop();
    await expect(createNode({ name: 'a', bind: address, tags })).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
    const next = await createNode({ name: 'a', bind: address });
    await next.stop();
    expect(next.address).toBe(address);
  });
});

describe('options that are undefined', () => {
  it('are options that were not given', async () => {
    const node = await createNode({
      name: 'a',
      bind: '127.0.0.1:0',
      advertise: undefined,
      join: undefined,
      dataDir: undefined,
      cluster: undefined,
      tags: undefined,
      allowFaults: undefined,
      seed: undefined,
      preset: undefined,
      swim: undefined,
    });
    expect([node.cluster, node.members.get('a')?.tags]).toEqual(['', {}]);
    await node.stop();
  });
});
