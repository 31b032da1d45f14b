/** Bytes inside JSON: as text where they are UTF-8, as base64 where they are not. */

export type JsonPayload = { readonly payload: string } | { readonly payloadBase64: string };

/** The byte order mark is kept, so that the text gives the same bytes again. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function jsonPayload(bytes: Uint8Array): JsonPayload {
  const text = utf8Text(bytes);
  return text === undefined ? { payloadBase64: Buffer.from(bytes).toString('base64') } : { payload: text };
}

/** The text, or `undefined` when the bytes are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
