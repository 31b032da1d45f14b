/**
 * One HTTP request, over node:http rather than fetch: a key may be `..`, and fetch would resolve that against the path
 * before sending it.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface OutgoingRequest {
  readonly method: string;
  /** Path and query as they are to be sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Silence after which the request is given up. Unit: ms; 0 waits for ever. */
  readonly silenceMsMax: number;
}

/** Resolves when the answer's head is here; its body is still to be read. */
export function sendRequest(base: URL, outgoing: OutgoingRequest): Promise<IncomingMessage> {
  const { method, target, headers, body, signal, silenceMsMax } = outgoing;
  const send = base.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(
      {
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: base.port,
        path: base.pathname.replace(/\/$/, '') + target,
        method,
        headers,
        timeout: silenceMsMax,
        ...(signal === undefined ? {} : { signal }),
      },
      resolve,
    );
    request.on('timeout', () => request.destroy(new Error(`no answer within ${silenceMsMax} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}
