import { readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNode } from '../src/index.ts';
import { startNode, temporaryDirectory } from './started-node.ts';

describe('bind', () => {
  it('takes any free port when asked for port 0, and tells which', async () => {
    const { node: a } = await startNode('a');
    const { node: b } = await startNode('b');
    expect(a.address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect(b.address).not.toBe(a.address);
    expect(a.status().address).toBe(a.address);
  });

  it('refuses a port that is taken, and says what to do', async () => {
    const { node } = await startNode('a');
    const taken = createNode({ name: 'b', bind: node.address });
    await expect(taken).rejects.toMatchObject({ code: 'ERR_BIND', reason: 'EADDRINUSE', endpoint: node.address });
    await expect(taken).rejects.toThrow(/port is in use.*port 0/);
  });

  it('refuses an address that this machine does not have', async () => {
    await expect(createNode({ name: 'a', bind: '203.0.113.1:0' })).rejects.toMatchObject({ code: 'ERR_BIND' });
  });

  it('to every address advertises one that others can reach', async ({ skip }) => {
    const outward = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const addresses = outward
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    if (addresses.length === 0) skip('this machine has no outward IPv4 address');
    const { node: a } = await startNode('a', { bind: '0.0.0.0:0' });
    const [host, port] = a.address.split(':');
    expect(addresses).toContain(host);
    expect(Number(port)).toBeGreaterThan(0);
    const { node: b } = await startNode('b');
    await b.join([`127.0.0.1:${port}`]);
    expect(b.members.get('a')?.address).toBe(a.address);
  });

  it('advertises what it is told to', async () => {
    const { node: a } = await startNode('a', { advertise: 'api-1.example:7946' });
    expect(a.address).toBe('api-1.example:7946');
    expect(a.members.get('a')?.address).toBe('api-1.example:7946');
  });
});

describe('dataDir', () => {
  it('makes the generation rise with every start, though the clock may not', async () => {
    const dataDir = await temporaryDirectory();
    const lives = [];
    for (let start = 0; start < 3; start++) {
      const { node } = await startNode('a', { dataDir });
      await node.stop();
      lives.push(node.generation);
    }
    expect(lives[1]).toBeGreaterThan(lives[0]!);
    expect(lives[2]).toBeGreaterThan(lives[1]!);
  });

  it('keeps the generation that was reached when the clock was set back meanwhile', async () => {
    const dataDir = await temporaryDirectory();
    const future = Math.floor(Date.now() / 1_000) + 1_000;
    await writeFile(join(dataDir, 'generation'), `${future}\n`);
    const { node } = await startNode('a', { dataDir });
    expect(node.generation).toBe(future + 1);
    expect(node.members.get('a')?.generation).toBe(future + 1);
    expect(await readFile(join(dataDir, 'generation'), 'utf8')).toBe(`${future + 1}\n`);
  });

  it('that cannot be used is refused, and no port stays taken', async () => {
    const dataDir = join(await temporaryDirectory(), 'file');
    await writeFile(dataDir, '');
    await expect(createNode({ name: 'a', bind: '127.0.0.1:0', dataDir })).rejects.toMatchObject({
      code: 'ERR_SNAPSHOT',
    });
  });
});
