/**
 * `/v1/state`: what each member tells about itself. Reads are of any member, ours if none is named; only our own state
 * can be written. Values are text, keys are percent-encoded.
 */
import type { StateEntry } from 'hearsay';
import type { AgentContext } from '../context.ts';
import { HttpError } from '../http-error.ts';
import { utf8Text } from '../payload.ts';
import { type ApiReply, type ApiRequest, REST, type Route } from '../router.ts';

type NodeStates = AgentContext['node']['state'];

export function stateRoutes({ node }: AgentContext): readonly Route[] {
  const { state } = node;
  const path = `/v1/state${REST}`;
  return [
    { method: 'GET', path: '/v1/state', handle: (request) => list(state, request) },
    { method: 'GET', path, handle: (request) => get(state, request) },
    { method: 'PUT', path, handle: (request) => put(state, request) },
    { method: 'DELETE', path, handle: ({ rest }) => remove(state, rest) },
  ];
}

function list(state: NodeStates, { query }: ApiRequest): ApiReply {
  const origin = query.get('origin') ?? undefined;
  const prefix = query.get('prefix') ?? '';
  return { status: 200, body: { json: state.list({ origin, prefix }) } };
}

function get(state: NodeStates, { rest, query }: ApiRequest): ApiReply {
  const origin = query.get('origin') ?? undefined;
  const entry = state.get(rest, origin);
  if (entry === undefined) throw noSuchKey(rest, origin);
  return { status: 200, headers: entryHeaders(entry), body: { text: entry.value } };
}

async function put(state: NodeStates, request: ApiRequest): Promise<ApiReply> {
  const value = utf8Text(await request.readBytes());
  if (value === undefined) throw new HttpError(400, 'ERR_HTTP_BODY', 'the value is not UTF-8: node state is text');
  const { origin, key, version } = state.set(request.rest, value);
  return { status: 200, body: { json: { origin, key, version } } };
}

function remove(state: NodeStates, key: string): ApiReply {
  if (!state.delete(key)) throw noSuchKey(key, undefined);
  return { status: 204 };
}

function entryHeaders({ origin, version }: StateEntry): Readonly<Record<string, string>> {
  return { etag: `"${version}"`, 'hearsay-origin': origin };
}

function noSuchKey(key: string, origin: string | undefined): HttpError {
  const whose = origin === undefined ? 'this node' : JSON.stringify(origin);
  return new HttpError(404, 'ERR_KEY_UNKNOWN', `${JSON.stringify(key)} is not in the state of ${whose}`);
}
