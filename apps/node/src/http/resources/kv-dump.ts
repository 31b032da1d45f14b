/**
 * `/v1/export` and `/v1/import`: the store as lines of JSON, `{key, value | valueBase64, version, origin, expiresAt?}`.
 * What is imported is written anew, here and now, and so wins over what was there; versions and origins are not taken.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AgentContext } from '../context.ts';
import { utf8Text } from '../payload.ts';
import type { Route } from '../router.ts';
import { linesOf, noEntry } from './kv-lines.ts';

type NodeStore = AgentContext['node']['store'];

export function kvDumpRoutes({ node: { store } }: AgentContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/export',
      handle: ({ query }) => ({ stream: (response) => void writeAll(store, query.get('prefix') ?? '', response) }),
    },
    {
      method: 'POST',
      path: '/v1/import',
      handle: async (request) => ({
        status: 200,
        body: { json: { count: await store.load(entriesOf(Buffer.from(await request.readBytes()).toString('utf8'))) } },
      }),
    },
  ];
}

/** Waits for a slow client: no more than a page is in memory. */
async function writeAll(store: NodeStore, prefix: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  for (const { key, value, version, origin, expiresAt } of store.entries(prefix)) {
    const text = utf8Text(value);
    const content = text === undefined ? { valueBase64: Buffer.from(value).toString('base64') } : { value: text };
    if (response.destroyed) return;
    const line = JSON.stringify({ key, ...content, version, origin, expiresAt });
    if (!response.write(`${line}\n`)) await drained(response);
  }
  response.end();
}

/** Also when the client is gone. Leaves no listener behind: an export waits once for every page. */
async function drained(response: ServerResponse): Promise<void> {
  const isOver = new AbortController();
  const { signal } = isOver;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } catch {
    // An error of the connection: `destroyed` tells it to who goes on writing.
  } finally {
    isOver.abort();
  }
}

/** Those before a line that is none are written. */
function* entriesOf(text: string): Generator<{ key: string; value: Uint8Array; ttlMs: number | undefined }> {
  for (const { key, value, ttlMs, lineNumber } of linesOf(text)) {
    if (value === undefined) throw noEntry(lineNumber);
    yield { key, value, ttlMs };
  }
}
