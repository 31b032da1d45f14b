/** The HTTP server of an agent: reads requests, finds their route, writes the answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { endpointParts, formatEndpoint } from '@hearsay/core';
import { parseJson, readBytes } from './body.ts';
import type { Guard } from './guard.ts';
import { errorBody, HttpError, httpErrorOf } from './http-error.ts';
import type { ApiReply, ReplyBody, Router } from './router.ts';

/** Connections at once. Default 256. Source: guess; clients are operators, scrapers and one application. */
const CONNECTION_COUNT_MAX = 256;
/** A request must have arrived whole within this. Unit: ms. Default 30 000. Source: guess. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Requests under way when the agent ends. Unit: ms. Default 2000. Source: guess. */
const CLOSE_MS_MAX = 2_000;

/** Called after each request, for the log and the metrics. */
export type RequestObserver = (request: { method: string; path: string; status: number; error?: unknown }) => void;

export class HttpServer {
  readonly #server: Server;
  readonly #guard: Guard;
  readonly #onRequest: RequestObserver;
  readonly #onError: (error: Error) => void;
  /** `undefined` until the node runs. */
  #router: Router | undefined;

  /** @param onError told when the listening socket fails later on, for example because files run out. */
  constructor(guard: Guard, onRequest: RequestObserver, onError: (error: Error) => void) {
    this.#guard = guard;
    this.#onRequest = onRequest;
    this.#onError = onError;
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      void this.#respond(request, response);
    });
    this.#server.maxConnections = CONNECTION_COUNT_MAX;
  }

  /** Listens, and returns the address with the port that was chosen. Rejects with the error of the socket. */
  listen(address: string): Promise<string> {
    const { host = '127.0.0.1', port = 0 } = endpointParts(address) ?? {};
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject).on('error', this.#onError);
        const bound = this.#server.address();
        resolve(formatEndpoint(host, typeof bound === 'object' && bound !== null ? bound.port : port));
      });
    });
  }

  /** From now on requests are answered; before this they get 503. */
  serve(router: Router): void {
    this.#router = router;
  }

  /** Takes no more connections and gives the requests under way a moment. Streams should have been closed before. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const impatience = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MS_MAX);
    await closed;
    clearTimeout(impatience);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const queryAt = url.indexOf('?');
    const path = queryAt === -1 ? url : url.slice(0, queryAt);
    const query = new URLSearchParams(queryAt === -1 ? '' : url.slice(queryAt + 1));
    // A client that goes away in the middle is its own affair.
    response.on('error', () => undefined);
    try {
      const reply = await this.#reply(request, method, path, query);
      if ('stream' in reply) reply.stream(response);
      else send(response, reply.status, reply.headers ?? {}, reply.body);
      this.#onRequest({ method, path, status: response.statusCode });
    } catch (error) {
      const refusal = httpErrorOf(error);
      send(response, refusal.status, refusal.headers, { json: errorBody(refusal) });
      this.#onRequest({ method, path, status: refusal.status, error });
    }
  }

  async #reply(request: IncomingMessage, method: string, path: string, query: URLSearchParams): Promise<ApiReply> {
    this.#guard.check(path, request.headers);
    if (this.#router === undefined) {
      throw new HttpError(503, 'ERR_HTTP_STARTING', 'the agent is starting: try again in a moment', {
        'retry-after': '1',
      });
    }
    const { route, rest } = this.#router.find(method, path);
    return route.handle({
      query,
      headers: request.headers,
      rest,
      readBytes: () => readBytes(request),
      readJson: async (schema) => parseJson(await readBytes(request), schema),
    });
  }
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: ReplyBody | undefined,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [type, bytes] = contentOf(body);
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(status === 204 ? {} : { 'content-length': bytes.length }),
    ...headers,
  });
  response.end(bytes);
}

function contentOf(body: ReplyBody | undefined): [type: string | undefined, bytes: Uint8Array] {
  if (body === undefined) return [undefined, new Uint8Array()];
  if ('bytes' in body) return ['application/octet-stream', body.bytes];
  if ('text' in body) return ['text/plain; charset=utf-8', Buffer.from(body.text)];
  return ['application/json', Buffer.from(`${JSON.stringify(body.json)}\n`)];
}
