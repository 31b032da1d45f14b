/** Numbers in query strings. */
import { HttpError } from './http-error.ts';

/** A whole number, or `undefined` when the parameter is not given. Throws `HttpError` 400 when it is not one. */
export function numberParameter(
  query: URLSearchParams,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new HttpError(400, 'ERR_HTTP_QUERY', `${name}: use a whole number of ${min} to ${max}`);
}
