/** Talks to an agent over its HTTP API. Every failure is an `OperationError` that says what to do. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { codeOf, messageOf, OperationError } from '../failure.ts';
import { readAll } from '../terminal.ts';
import { EventConnection } from './event-connection.ts';
import { type OutgoingRequest, sendRequest } from './http-request.ts';
import {
  type PlaceView,
  placeShape,
  type SchemaView,
  type ShareView,
  type SlotView,
  schemaShape,
  shareShape,
  slotShape,
  type TokenView,
  tokenShape,
} from './ring-shapes.ts';
import {
  countShape,
  type EntryView,
  entryShape,
  errorShape,
  forceLeaveShape,
  joinShape,
  leaveShape,
  type MemberView,
  memberShape,
  type PingView,
  type PublishView,
  pingShape,
  rumorShape,
  type SpreadView,
  type StateView,
  type StatusView,
  spreadShape,
  stateShape,
  stateWriteShape,
  statusShape,
} from './shapes.ts';

/** Long enough for a join or a leave to end by itself. Unit: ms. Default 30 000. Source: guess. */
const REQUEST_SILENCE_MS_MAX = 30_000;
/** Streams show life every 15 s. Unit: ms. Source: three heartbeats of the agent. */
const STREAM_SILENCE_MS_MAX = 45_000;

/** A value of the store with what its headers tell. */
export interface StoredValue {
  readonly value: Uint8Array;
  readonly version: string;
  readonly origin: string;
}

/** The agent refused a request. */
export class RefusedError extends OperationError {
  readonly status: number;
  readonly code: string;
  /** Of a request that asks for many things, what was done before one was refused. */
  readonly doneCount: number;

  constructor(status: number, code: string, message: string, doneCount = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.doneCount = doneCount;
  }
}

export class AgentClient {
  readonly url: URL;
  readonly #token: string | undefined;

  constructor(url: URL, token?: string) {
    this.url = url;
    this.#token = token === '' ? undefined : token;
  }

  status(): Promise<StatusView> {
    return this.#json('GET', '/v1/status', statusShape);
  }

  members(): Promise<MemberView[]> {
    return this.#json('GET', '/v1/members', z.array(memberShape));
  }

  join(addresses: readonly string[]): Promise<{ memberCount: number }> {
    return this.#json('POST', '/v1/join', joinShape, { addresses });
  }

  leave(): Promise<{ status: string }> {
    return this.#json('POST', '/v1/leave', leaveShape);
  }

  forceLeave(name: string): Promise<{ name: string; status: string }> {
    return this.#json('POST', '/v1/force-leave', forceLeaveShape, { name });
  }

  ping(name: string): Promise<PingView> {
    return this.#json('POST', '/v1/ping', pingShape, { name });
  }

  publish(topic: string, payload: Uint8Array, options: PublishView): Promise<{ id: string }> {
    const payloadBase64 = Buffer.from(payload).toString('base64');
    return this.#json('POST', '/v1/rumors', rumorShape, { topic, payloadBase64, ...options });
  }

  /** The same, and answers when spreading has ended. */
  publishAndWait(topic: string, payload: Uint8Array, options: PublishView): Promise<SpreadView> {
    const payloadBase64 = Buffer.from(payload).toString('base64');
    return this.#json('POST', '/v1/rumors', spreadShape, { topic, payloadBase64, ...options, wait: true });
  }

  /** Publishes many rumors, each as the JSON of one, and returns how many. `RefusedError.doneCount` were published. */
  async publishMany(rumors: readonly string[]): Promise<number> {
    const headers = { 'content-type': 'application/x-ndjson' };
    const body = Buffer.from(rumors.map((rumor) => `${rumor}\n`).join(''));
    return (await this.#json('POST', '/v1/rumors', countShape, body, headers)).count;
  }

  async read(key: string): Promise<StoredValue> {
    const response = await this.#send({ method: 'GET', target: keyTarget(key) });
    const { etag = '', 'hearsay-origin': origin } = response.headers;
    return { value: await this.#bytes(response), version: etag.replaceAll('"', ''), origin: String(origin ?? '') };
  }

  write(
    key: string,
    value: Uint8Array,
    { ifVersion, ttlMs }: { readonly ifVersion?: string | undefined; readonly ttlMs?: number | undefined } = {},
  ): Promise<EntryView> {
    const query = ttlMs === undefined ? '' : `?ttlMs=${ttlMs}`;
    return this.#json('PUT', `${keyTarget(key)}${query}`, entryShape, value, conditionHeaders(ifVersion));
  }

  async delete(key: string, ifVersion?: string): Promise<void> {
    const headers = conditionHeaders(ifVersion);
    await this.#bytes(await this.#send({ method: 'DELETE', target: keyTarget(key), headers }));
  }

  list(options: { prefix: string; limit: number; after: string | undefined }): Promise<EntryView[]> {
    const query = new URLSearchParams({ prefix: options.prefix, limit: String(options.limit) });
    if (options.after !== undefined) query.set('after', options.after);
    return this.#json('GET', `/v1/kv?${query}`, z.array(entryShape));
  }

  /** Of the agent itself, unless another member is named. */
  async state(key: string, origin?: string): Promise<StateView> {
    const query = origin === undefined ? '' : `?${new URLSearchParams({ origin })}`;
    const response = await this.#send({ method: 'GET', target: `${stateTarget(key)}${query}` });
    const { etag = '', 'hearsay-origin': writer } = response.headers;
    const value = Buffer.from(await this.#bytes(response)).toString('utf8');
    return { origin: String(writer ?? ''), key, value, version: Number(etag.replaceAll('"', '')) };
  }

  states({ origin, prefix }: { origin: string | undefined; prefix: string | undefined }): Promise<StateView[]> {
    const query = new URLSearchParams({
      ...(origin === undefined ? {} : { origin }),
      ...(prefix === undefined ? {} : { prefix }),
    });
    return this.#json('GET', `/v1/state?${query}`, z.array(stateShape));
  }

  setState(key: string, value: string): Promise<Omit<StateView, 'value'>> {
    return this.#json('PUT', stateTarget(key), stateWriteShape, Buffer.from(value, 'utf8'));
  }

  async deleteState(key: string): Promise<void> {
    await this.#bytes(await this.#send({ method: 'DELETE', target: stateTarget(key) }));
  }

  owners(key: string, count?: number): Promise<PlaceView> {
    const query = count === undefined ? '' : `?count=${count}`;
    return this.#json('GET', `/v1/ring/owners/${encodeURIComponent(key)}${query}`, placeShape);
  }

  async shares(): Promise<readonly ShareView[]> {
    return (await this.#json('GET', '/v1/ring', z.looseObject({ shares: z.array(shareShape) }))).shares;
  }

  tokens(): Promise<TokenView[]> {
    return this.#json('GET', '/v1/ring/tokens', z.array(tokenShape));
  }

  /** Of this agent's own; without `tokens` they stay as they are. A list is of decimal numbers. */
  setTokens(status: string, tokens?: number | readonly string[]): Promise<ShareView[]> {
    return this.#json('PUT', '/v1/ring/tokens', z.array(shareShape), {
      status,
      ...(tokens === undefined ? {} : { tokens }),
    });
  }

  slots(): Promise<SlotView[]> {
    return this.#json('GET', '/v1/ring/slots', z.array(slotShape));
  }

  claimSlots(slots: string): Promise<SlotView[]> {
    return this.#json('PUT', '/v1/ring/slots', z.array(slotShape), { slots });
  }

  schema(waitMs: number): Promise<SchemaView> {
    return this.#json('GET', `/v1/ring/schema?waitMs=${waitMs}`, schemaShape);
  }

  setSchema(digest: string): Promise<SchemaView> {
    return this.#json('PUT', '/v1/ring/schema', schemaShape, { digest });
  }

  /** The store below a prefix, as lines of JSON, as they come. */
  async export(prefix: string): Promise<AsyncIterable<Uint8Array>> {
    const query = new URLSearchParams({ prefix });
    return this.#send({ method: 'GET', target: `/v1/export?${query}`, silenceMsMax: STREAM_SILENCE_MS_MAX });
  }

  /** Writes the entries of some lines of JSON, and returns how many. */
  async import(lines: string): Promise<number> {
    return (await this.#json('POST', '/v1/import', countShape, Buffer.from(lines))).count;
  }

  /** Cuts this agent off from members, until `heal`. */
  async block(names: readonly string[]): Promise<void> {
    const body = JSON.stringify({ block: names });
    await this.#bytes(await this.#send({ method: 'POST', target: '/v1/faults', body }));
  }

  async heal(): Promise<void> {
    await this.#bytes(await this.#send({ method: 'DELETE', target: '/v1/faults' }));
  }

  /**
   * Opens the event stream; the promise resolves when the agent has subscribed us. The stream ends with the signal,
   * and throws `OperationError` when the connection is lost.
   */
  async events(options: {
    types: readonly string[];
    topic: string | undefined;
    lastEventId: string | undefined;
    signal: AbortSignal;
  }): Promise<EventConnection> {
    const query = new URLSearchParams();
    if (options.types.length > 0) query.set('types', options.types.join(','));
    if (options.topic !== undefined) query.set('topic', options.topic);
    const { signal, lastEventId } = options;
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const silenceMsMax = STREAM_SILENCE_MS_MAX;
    const response = await this.#send({ method: 'GET', target: `/v1/events?${query}`, headers, signal, silenceMsMax });
    return new EventConnection(response, signal, (error) => this.#unreachable(error));
  }

  async #json<S extends z.ZodType>(
    method: string,
    target: string,
    shape: S,
    body?: object | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<z.output<S>> {
    const bytes = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await this.#send({ method, target, headers, body: bytes });
    const answer = Buffer.from(await this.#bytes(response)).toString('utf8');
    const result = shape.safeParse(parsed(answer));
    if (result.success) return result.data;
    throw new OperationError(`${this.url.origin} does not answer like a Hearsay agent: check --http`);
  }

  async #send(
    outgoing: Partial<OutgoingRequest> & Pick<OutgoingRequest, 'method' | 'target'>,
  ): Promise<IncomingMessage> {
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    const headers = { ...outgoing.headers, ...authorization };
    let response: IncomingMessage;
    try {
      response = await sendRequest(this.url, { silenceMsMax: REQUEST_SILENCE_MS_MAX, ...outgoing, headers });
    } catch (error) {
      throw this.#unreachable(error);
    }
    const { statusCode: status = 0 } = response;
    if (status >= 200 && status < 300) return response;
    throw refusal(status, Buffer.from(await this.#bytes(response)).toString('utf8'));
  }

  async #bytes(response: IncomingMessage): Promise<Uint8Array> {
    try {
      return await readAll(response);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): OperationError {
    const advice =
      codeOf(error) === 'ECONNREFUSED' ? 'start one with "hearsay agent", or name another with --http URL' : '';
    const text = `no agent answers at ${this.url.origin} (${messageOf(error)})${advice === '' ? '' : `: ${advice}`}`;
    return new OperationError(text, { cause: error });
  }
}

function keyTarget(key: string): string {
  return `/v1/kv/${encodeURIComponent(key)}`;
}

function stateTarget(key: string): string {
  return `/v1/state/${encodeURIComponent(key)}`;
}

function conditionHeaders(ifVersion: string | undefined): Readonly<Record<string, string>> {
  return ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` };
}

function refusal(status: number, body: string): RefusedError {
  const result = errorShape.safeParse(parsed(body));
  if (!result.success) return new RefusedError(status, 'ERR_HTTP', `the agent answered with HTTP status ${status}`);
  const { code, message, doneCount } = result.data.error;
  const advice = status === 401 ? ', here by HEARSAY_HTTP_TOKEN' : '';
  return new RefusedError(status, code, `${message}${advice}`, doneCount);
}

/** `undefined` when it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
