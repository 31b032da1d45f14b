/** Errors of the HTTP API: `{"error":{"code","message"}}` with the right status. */
import type { HearsayErrorCode } from '@hearsay/core';
import { codeOf, messageOf } from '../failure.ts';

/** A request is refused. `code` is stable: branch on it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What was done before it was refused, of a request that asks for many things. */
  readonly doneCount: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    doneCount?: number,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.doneCount = doneCount;
  }
}

/** What an error of the toolkit means to an HTTP client. */
const STATUS_BY_CODE: Readonly<Record<HearsayErrorCode, number>> = Object.freeze({
  ERR_CONFIG: 400,
  ERR_NAME: 400,
  ERR_ADDRESS: 400,
  ERR_KEY: 400,
  ERR_VERSION: 412,
  ERR_TOO_LARGE: 413,
  ERR_CLOCK_SKEW: 503,
  ERR_OVERFLOW: 507,
  ERR_WIRE: 502,
  ERR_BIND: 503,
  ERR_JOIN: 502,
  ERR_STOPPED: 503,
  ERR_SNAPSHOT: 500,
});

/** Anything thrown while a request was handled, as a refusal. An unknown error shows nothing of its text. */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const code = codeOf(error);
  const status = code === undefined ? undefined : new Map(Object.entries(STATUS_BY_CODE)).get(code);
  if (code === undefined || status === undefined) {
    return new HttpError(500, 'ERR_HTTP_INTERNAL', 'the agent failed on this request: see its log');
  }
  return new HttpError(status, code, messageOf(error));
}

export function errorBody(error: HttpError): object {
  const { code, message, doneCount } = error;
  return { error: { code, message, ...(doneCount === undefined ? {} : { doneCount }) } };
}
