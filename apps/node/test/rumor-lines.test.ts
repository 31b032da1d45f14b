/** `hearsay rumor --lines` against the HTTP API. */
import { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { publishLines } from '../src/commands/rumor-lines.ts';
import { runCommand } from '../src/program.ts';
import { type ApiUnderTest, startApi } from './api-under-test.ts';
import { capturedTerminal } from './captured-terminal.ts';

const started: ApiUnderTest[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

async function run(chunks: readonly (string | Buffer)[], more: readonly string[] = []) {
  const api = await startApi();
  started.push(api);
  const terminal = { ...capturedTerminal({ HEARSAY_HTTP: api.url }), stdin: Readable.from(chunks) };
  const ended = runCommand(['rumor', 'news', '--lines', ...more], terminal);
  return { node: api.node, terminal, ended };
}

it('publishes each line of standard input, however it is cut, and prints how many', async () => {
  const bytes = Buffer.from('first\né\n\nlast');
  const cut = bytes.indexOf('é') + 1;
  const { node, terminal, ended } = await run([bytes.subarray(0, cut), bytes.subarray(cut)], ['--priority', 'bulk']);
  expect(await ended).toBe(0);
  expect(terminal.stdout.text).toBe('4\n');
  const hex = (text: string): string => Buffer.from(text).toString('hex');
  expect(node.calls).toEqual(['first', 'é', '', 'last'].map((line) => `publish news ${hex(line)} bulk`));
});

it('goes on where there was no room, and publishes nothing twice', async () => {
  const api = await startApi();
  started.push(api);
  const { node, client } = api;
  node.room.count = 2;
  const pause = async (): Promise<void> => {
    node.room.count = 10;
  };
  const head = { topic: 'news', priority: 'high', ttlMs: undefined, key: undefined };
  expect(await publishLines(client, Readable.from(['1\n2\n3\n']), head, pause)).toBe(3);
  expect(node.calls).toEqual(['31', '32', '33'].map((hex) => `publish news ${hex} high`));
});

it.each([['--wait'], ['payload'], ['--sample', '3']])('does not go with %s', async (...more) => {
  const { node, terminal, ended } = await run(['a\n'], more);
  expect(await ended).toBe(2);
  expect(terminal.stderr.text).toMatch(/--lines takes its payloads from standard input/);
  expect(node.calls).toEqual([]);
});
