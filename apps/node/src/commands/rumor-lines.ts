/** Lines of standard input as rumors. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentClient, RefusedError } from '../client/agent-client.ts';

/**
 * Rumors of one request. Source: own calculation: with the largest topics and a chunk of 64 KiB, escaped, they are half of
 * what an agent takes.
 */
const BATCH_COUNT_MAX = 1_000;
/** Before what there was no room for is tried again. Unit: ms. Source: the agent's Retry-After. */
const RETRY_MS = 1_000;
const BUSY = 'ERR_HTTP_BUSY';

/** What the rumors have in common. */
interface RumorHead {
  readonly topic: string;
  readonly priority: string;
  readonly ttlMs: number | undefined;
  readonly key: string | undefined;
  readonly way?: string | undefined;
}

/** Publishes until the input ends, and returns how many lines there were. @param pause before a retry; tests give another. */
export async function publishLines(
  client: AgentClient,
  stdin: Readable,
  head: RumorHead,
  pause: () => Promise<unknown> = () => sleep(RETRY_MS),
): Promise<number> {
  let count = 0;
  for await (const lines of batchesOf(stdin)) {
    const rumors = lines.map((payload) => JSON.stringify({ ...head, payload }));
    await publishAll(client, rumors, pause);
    count += lines.length;
  }
  return count;
}

/** Waits for as long as there is no room. */
async function publishAll(
  client: AgentClient,
  rumors: readonly string[],
  pause: () => Promise<unknown>,
): Promise<void> {
  let rest = rumors;
  while (rest.length > 0) {
    try {
      await client.publishMany(rest);
      return;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== BUSY) throw error;
      rest = rest.slice(error.doneCount);
      await pause();
    }
  }
}

/** The lines that are there, as they come: none waits for the next. */
async function* batchesOf(input: Readable): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  for await (const chunk of input) {
    const lines = (begun + decoder.write(Buffer.from(chunk))).split('\n');
    begun = lines.pop() ?? '';
    for (let start = 0; start < lines.length; start += BATCH_COUNT_MAX) {
      yield lines.slice(start, start + BATCH_COUNT_MAX);
    }
  }
  begun += decoder.end();
  if (begun !== '') yield [begun];
}
