/**
 * `/v1/kv`: the replicated store. Values are raw bytes, versions are entity tags, keys are percent-encoded.
 *
 * Preconditions are judged at this replica: they stop a writer who has not seen what this node has seen, and nothing
 * else. Two writers at two nodes can both pass; the later write wins everywhere.
 */
import { DURATION_MS_MAX } from '@hearsay/core';
import type { StoreEntry } from 'hearsay';
import type { AgentContext } from '../context.ts';
import { HttpError } from '../http-error.ts';
import { numberParameter } from '../query.ts';
import { type ApiReply, type ApiRequest, REST, type Route } from '../router.ts';

/** Entries per page. Source: guess. */
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

export function kvRoutes({ node }: AgentContext): readonly Route[] {
  const { store } = node;
  const path = `/v1/kv${REST}`;
  return [
    { method: 'GET', path: '/v1/kv', handle: (request) => list(store, request) },
    { method: 'GET', path, handle: ({ rest }) => get(store, rest) },
    { method: 'PUT', path, handle: (request) => put(store, request) },
    { method: 'DELETE', path, handle: (request) => remove(store, request) },
  ];
}

type NodeStore = AgentContext['node']['store'];

function get(store: NodeStore, key: string): ApiReply {
  const entry = store.get(key);
  if (entry === undefined) throw noSuchKey(key);
  return { status: 200, headers: entryHeaders(entry), body: { bytes: entry.value } };
}

async function put(store: NodeStore, request: ApiRequest): Promise<ApiReply> {
  const value = await request.readBytes();
  const ttlMs = numberParameter(request.query, 'ttlMs', { min: 1, max: DURATION_MS_MAX });
  const entry = store.set(request.rest, value, { ...precondition(store, request), ttlMs });
  // An answer is a promise: a crash does not take back what was answered.
  await store.flushed();
  return { status: 200, headers: entryHeaders(entry), body: { json: described(entry) } };
}

async function remove(store: NodeStore, request: ApiRequest): Promise<ApiReply> {
  if (!store.delete(request.rest, precondition(store, request))) throw noSuchKey(request.rest);
  await store.flushed();
  return { status: 204 };
}

function list(store: NodeStore, { query }: ApiRequest): ApiReply {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('after');
  const limit = numberParameter(query, 'limit', { min: 1, max: LIMIT_MAX }) ?? LIMIT_DEFAULT;
  const entries = store.list({ prefix, limit, ...(after === null ? {} : { after }) });
  const last = entries.length < limit ? undefined : entries.at(-1);
  const next = last === undefined ? undefined : new URLSearchParams({ prefix, limit: String(limit), after: last.key });
  return {
    status: 200,
    headers: next === undefined ? {} : { link: `</v1/kv?${next}>; rel="next"` },
    body: { json: entries.map(described) },
  };
}

/** Turns If-Match and If-None-Match into the store's own condition, or refuses at once. [RFC 9110 §13.1] */
function precondition(store: NodeStore, { rest, headers }: ApiRequest): { ifVersion?: string } {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch === undefined && ifNoneMatch === undefined) return {};
  const held = store.get(rest);
  if (ifNoneMatch !== undefined && held !== undefined && hasTag(ifNoneMatch, held)) throw wrongVersion(rest, held);
  if (ifMatch === undefined) return {};
  if (held === undefined || !hasTag(ifMatch, held)) throw wrongVersion(rest, held);
  return { ifVersion: held.version };
}

function hasTag(header: string, entry: StoreEntry): boolean {
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(entityTag(entry));
}

function entityTag({ version }: StoreEntry): string {
  return `"${version}"`;
}

function entryHeaders(entry: StoreEntry): Readonly<Record<string, string>> {
  const { origin, expiresAt } = entry;
  const ending = expiresAt === undefined ? {} : { 'hearsay-expires-at': expiresAt };
  return { etag: entityTag(entry), 'hearsay-origin': origin, ...ending };
}

function described({ key, version, origin, value, expiresAt }: StoreEntry): object {
  return { key, version, origin, sizeBytes: value.length, expiresAt };
}

function noSuchKey(key: string): HttpError {
  return new HttpError(404, 'ERR_KEY_UNKNOWN', `${JSON.stringify(key)} is not in the store of this node`);
}

function wrongVersion(key: string, held: StoreEntry | undefined): HttpError {
  const state = held === undefined ? 'not in the store' : `at version ${held.version}`;
  const message = `${JSON.stringify(key)} is ${state}: read it again and retry`;
  return new HttpError(412, 'ERR_VERSION', message, held === undefined ? {} : { etag: entityTag(held) });
}
