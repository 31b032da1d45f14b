/** Reads request bodies, never more than the limit. */
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { messageOf } from '../failure.ts';
import { HttpError } from './http-error.ts';

/** Default 2 MiB. Source: the largest rumor, 1 MiB, in base64 with room for the rest; a value is smaller. */
export const BODY_BYTES_MAX: number = 2 * 1_024 * 1_024;

/**
 * Of a body that is too large, so much is read and thrown away, for a connection that is closed on unread bytes loses
 * the answer as well. Default 16 MiB. Source: guess; what an honest client may send by mistake.
 */
const DISCARDED_BYTES_MAX: number = 16 * 1_024 * 1_024;

/** Throws `HttpError` 413 above the limit; no more than the limit is ever held. */
export async function readBytes(request: IncomingMessage, bytesMax: number = BODY_BYTES_MAX): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > DISCARDED_BYTES_MAX) throw tooLarge(bytesMax, CLOSE);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const bytes of chunksOf(request)) {
    sizeBytes += bytes.length;
    if (sizeBytes > DISCARDED_BYTES_MAX) throw tooLarge(bytesMax, CLOSE);
    if (sizeBytes <= bytesMax) chunks.push(bytes);
  }
  if (sizeBytes > bytesMax) throw tooLarge(bytesMax, {});
  return Buffer.concat(chunks);
}

/** Throws `HttpError` 400 that names every problem. */
export function parseJson<S extends z.ZodType>(bytes: Uint8Array, schema: S): z.output<S> {
  const result = schema.safeParse(jsonOf(bytes));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new HttpError(400, 'ERR_HTTP_BODY', problems.join('; '));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new HttpError(400, 'ERR_HTTP_BODY', 'the body is not JSON');
  }
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // An iterator destroys the request when it is left, and with it the connection that should carry the 413.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield Buffer.from(chunk);
  } catch (error) {
    throw new HttpError(400, 'ERR_HTTP_BODY', `the body broke off: ${messageOf(error)}`);
  }
}

/** The rest of the body is still coming: the connection cannot serve another request. */
const CLOSE: Readonly<Record<string, string>> = Object.freeze({ connection: 'close' });

function tooLarge(bytesMax: number, headers: Readonly<Record<string, string>>): HttpError {
  return new HttpError(413, 'ERR_TOO_LARGE', `the body exceeds ${bytesMax} bytes`, headers);
}
