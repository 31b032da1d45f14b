/**
 * Who may use the API. With a token: who has it. Without one the API listens on loopback only, and then the danger is
 * the browser of someone on this machine: a page from elsewhere can make it send requests here. Such requests carry
 * the page's Origin, or, when the page's own name was rebound to 127.0.0.1, a Host that is not this machine.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackHost } from '../config/loopback.ts';
import { HttpError } from './http-error.ts';

/** Probes of orchestrators carry no token, and learn nothing but yes or no. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

export class Guard {
  readonly #tokenHash: Buffer | undefined;

  constructor(token: string | undefined) {
    this.#tokenHash = token === undefined ? undefined : sha256(token);
  }

  /** Throws `HttpError` 401 or 403 when the request is not allowed. */
  check(path: string, headers: IncomingHttpHeaders): void {
    if (OPEN_PATHS.has(path)) return;
    if (this.#tokenHash === undefined) checkLocal(headers);
    else checkToken(this.#tokenHash, headers.authorization);
  }
}

/** Hashes are compared, so neither the token's length nor its first wrong character shows in the time it takes. */
function checkToken(expected: Buffer, authorization: string | undefined): void {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(sha256(given), expected)) return;
  const message = given === undefined ? 'a token is required' : 'this token is not the one of the agent';
  throw new HttpError(401, 'ERR_HTTP_UNAUTHORIZED', `${message}: send Authorization: Bearer TOKEN`, {
    'www-authenticate': 'Bearer',
  });
}

function checkLocal({ host = '', origin }: IncomingHttpHeaders): void {
  if (!isLoopbackHost(hostOf(host))) {
    throw new HttpError(403, 'ERR_HTTP_FORBIDDEN', `this agent is not called ${host}: use 127.0.0.1 or localhost`);
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new HttpError(403, 'ERR_HTTP_FORBIDDEN', `requests from pages of ${origin} are refused`);
  }
}

/** A Host header without port and brackets. */
function hostOf(header: string): string {
  return header.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
