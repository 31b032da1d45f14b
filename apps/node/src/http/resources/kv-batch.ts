/**
 * `POST /v1/kv`: many writes, one commit, one answer. Not a transaction: each is a write of its own, and those before one
 * that is refused stay.
 */
import { setImmediate } from 'node:timers/promises';
import type { AgentContext } from '../context.ts';
import type { ApiReply, ApiRequest, Route } from '../router.ts';
import { linesOf } from './kv-lines.ts';

/** Writes in one turn of the event loop. Source: own measurement: about two milliseconds on disk. */
const WRITTEN_PER_TURN = 100;

type NodeStore = AgentContext['node']['store'];
type Written =
  | { readonly key: string; readonly version: string }
  | { readonly key: string; readonly isDeleted: boolean };

export function kvBatchRoutes({ node: { store } }: AgentContext): readonly Route[] {
  return [{ method: 'POST', path: '/v1/kv', handle: (request) => writeAll(store, request) }];
}

async function writeAll(store: NodeStore, request: ApiRequest): Promise<ApiReply> {
  const text = Buffer.from(await request.readBytes()).toString('utf8');
  const written: Written[] = [];
  for (const { key, value, ttlMs } of linesOf(text)) {
    if (value === undefined) written.push({ key, isDeleted: store.delete(key) });
    else written.push({ key, version: store.set(key, value, { ttlMs }).version });
    // The failure detector must not wait for all of them.
    if (written.length % WRITTEN_PER_TURN === 0) await setImmediate();
  }
  // An answer is a promise: a crash does not take back what was answered.
  await store.flushed();
  return { status: 200, body: { json: written } };
}
