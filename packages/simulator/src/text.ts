/** Values as one line of text, for trace lines. For eyes, not for parsing. */
const TEXT_LENGTH_MAX = 2_000;
const BYTES_SHOWN_MAX = 32;

/** JSON, with maps, sets, bytes and big integers made visible; cut after 2000 characters. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, visible) ?? String(value));
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
}

function visible(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function bytesText(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, BYTES_SHOWN_MAX)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > BYTES_SHOWN_MAX ? `0x${shown}… (${bytes.length} B)` : `0x${shown}`;
}
