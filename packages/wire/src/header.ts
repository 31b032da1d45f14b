/**
 * The bytes before the protobuf body.
 *
 *   version u8 | flags u8 | [label u32, big-endian]
 */
import { hash32 } from '@hearsay/core';
import { WireError } from './wire-error.ts';

/** The wire version that this package speaks, the only one so far. */
export const WIRE_VERSION = 1;

const FLAG_LABEL = 0b01;
const FLAG_SEALED = 0b10;
const PREFIX_BYTES = 2;
const LABEL_BYTES = 4;

/** The header of every packet of a cluster. An empty label takes no room. */
export function headerBytes(label: string): Uint8Array {
  if (label === '') return Uint8Array.of(WIRE_VERSION, 0);
  const header = new Uint8Array(PREFIX_BYTES + LABEL_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, WIRE_VERSION);
  view.setUint8(1, FLAG_LABEL);
  view.setUint32(PREFIX_BYTES, hash32(label));
  return header;
}

/** The bytes after the header, which must be as `expected`. Throws `WireError` and says what differs. */
export function bodyOf(bytes: Uint8Array, expected: Uint8Array): Uint8Array {
  const [version, flags] = bytes;
  if (version === undefined || flags === undefined) throw new WireError('truncated', `${bytes.length} bytes`);
  if (version !== WIRE_VERSION) throw new WireError('version', `version ${version}, we speak ${WIRE_VERSION}`);
  if ((flags & FLAG_SEALED) !== 0) throw new WireError('flags', 'sealed packets are not supported');
  if ((flags & ~FLAG_LABEL) !== 0) throw new WireError('flags', `unknown flags ${flags}`);
  if (flags !== expected[1]) {
    throw new WireError('label', flags === 0 ? 'no cluster label where we have one' : 'a label where we have none');
  }
  if (bytes.length < expected.length) throw new WireError('truncated', `${bytes.length} bytes`);
  for (let index = PREFIX_BYTES; index < expected.length; index++) {
    if (bytes[index] !== expected[index]) throw new WireError('label', 'of another cluster');
  }
  // Not `subarray`: of a Buffer it gives Buffers, which take twice as long to take apart.
  return new Uint8Array(bytes.buffer, bytes.byteOffset + expected.length, bytes.length - expected.length);
}
