/** The same question to a real Redis, where one is installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { keySlot } from '../src/index.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) process.stdout.write('skipped: no redis-server is installed, so only recorded slots are compared\n');

it.skipIf(!hasRedis)('computes the slots that redis-server computes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hearsay-ring-'));
  const path = join(dir, 'redis.sock');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--cluster-enabled', 'yes', '--dir', dir]);
  onTestFinished(async () => {
    await ended(server);
    rmSync(dir, { recursive: true, force: true });
  });
  for await (const line of createInterface({ input: server.stdout })) if (line.includes('ready to accept')) break;

  const keys = Array.from(
    { length: 1_000 },
    (_, index) => `{user${index % 7}:${index}}.k${index}-${'é{}'.repeat(index % 3)}`,
  );
  const slots = await askedSlots(path, ['foo', '{user1000}.following', '{}x', ...keys]);
  expect(slots).toEqual(['foo', '{user1000}.following', '{}x', ...keys].map((key) => keySlot(key)));
});

async function askedSlots(path: string, keys: readonly string[]): Promise<number[]> {
  const socket = connect(path);
  for (const key of keys) {
    socket.write(`*3\r\n$7\r\nCLUSTER\r\n$7\r\nKEYSLOT\r\n$${Buffer.byteLength(key)}\r\n${key}\r\n`);
  }
  const slots: number[] = [];
  for await (const line of createInterface({ input: socket })) {
    slots.push(Number(line.slice(1)));
    if (slots.length === keys.length) break;
  }
  socket.destroy();
  return slots;
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGKILL');
  await exit;
}
