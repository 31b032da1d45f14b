import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { Bench } from './real-agent.ts';

const bench = new Bench();
afterAll(() => bench.clean());

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the demo', () => {
  it('tells its whole story and leaves nothing behind', { timeout: 300_000 }, async () => {
    const folder = bench.folder();
    const { exitCode, stdout, stderr } = await bench.run(['demo', '--once', '--http-port', '0'], {
      env: { TMPDIR: folder },
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^STEP +RESULT +TIME$/m);
    expect(stdout.match(/^\d .+ held: .+ (ms|s)$/gm)).toHaveLength(8);
    expect(exitCode).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('ends its agents when it gets %s, and takes a free port', async (signal) => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const { port } = busy.address() as AddressInfo;
    const folder = bench.folder();
    const demo = bench.spawn(['demo', '--nodes', '3', '--http-port', String(port)], { TMPDIR: folder });
    let notes = '';
    demo.stderr!.on('data', (chunk) => {
      notes += String(chunk);
    });
    const pids: number[] = [];
    for await (const line of createInterface(demo.stdout!)) {
      const pid = /^node-\d +(\d+) .*127\.0\.0\.1:\d+ +3 +0 +0 /.exec(line)?.[1];
      if (pid === undefined) pids.length = 0;
      else if (pids.push(Number(pid)) === 3) break;
    }
    expect(notes).toBe(`hearsay: port ${port} is in use, so the first agent takes a free one\n`);
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    demo.kill(signal);
    const [exitCode] = await once(demo, 'exit');
    expect(exitCode).toBe(signal === 'SIGINT' ? 0 : null);
    await expect.poll(() => pids.map(isRunning), { timeout: 20_000 }).toEqual([false, false, false]);
    if (signal === 'SIGINT') expect(readdirSync(folder)).toEqual([]);
    busy.close();
  });
});
