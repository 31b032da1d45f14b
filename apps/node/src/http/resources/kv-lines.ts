/** Entries of the store as lines of JSON: `{key, value | valueBase64, expiresAt?}`, or `{key, isDeleted: true}`. */
import { z } from 'zod';
import { HttpError } from '../http-error.ts';

const lineShape = z.looseObject({
  key: z.string(),
  value: z.string().optional(),
  valueBase64: z.base64().optional(),
  expiresAt: z.iso.datetime().optional(),
  isDeleted: z.literal(true).optional(),
});

/** One line. */
export interface EntryLine {
  readonly key: string;
  /** `undefined` for a deletion. */
  readonly value: Uint8Array | undefined;
  readonly ttlMs: number | undefined;
  readonly lineNumber: number;
}

/** What has ended meanwhile is left out. Throws `HttpError` 400 with the number of the line. */
export function* linesOf(text: string): Generator<EntryLine> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const lineNumber = index + 1;
    const { key, value, valueBase64, expiresAt, isDeleted } = parsedLine(line, lineNumber);
    const ttlMs = expiresAt === undefined ? undefined : Date.parse(expiresAt) - Date.now();
    if (ttlMs !== undefined && ttlMs < 1) continue;
    if (isDeleted) yield { key, value: undefined, ttlMs: undefined, lineNumber };
    else
      yield {
        key,
        value: value === undefined ? Buffer.from(valueBase64 ?? '', 'base64') : Buffer.from(value),
        ttlMs,
        lineNumber,
      };
  }
}

export function noEntry(lineNumber: number): HttpError {
  return new HttpError(400, 'ERR_HTTP_BODY', `line ${lineNumber} is no entry: use {"key", "value" or "valueBase64"}`);
}

function parsedLine(line: string, lineNumber: number): z.output<typeof lineShape> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    json = undefined;
  }
  const result = lineShape.safeParse(json);
  if (result.success) return result.data;
  throw noEntry(lineNumber);
}
