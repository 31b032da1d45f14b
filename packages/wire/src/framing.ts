/** Sizes of protobuf framing, so that the room a value needs is known before it is packed. */

const VARINT_BITS = 7;
/** Every field that frames an item has a number below 16, so its tag is one byte. */
const TAG_BYTES = 1;

/** Bytes of a field whose value has a length: tag, length, value. */
export function framedBytes(valueBytes: number): number {
  return TAG_BYTES + varintBytes(valueBytes) + valueBytes;
}

/** Seven bits a byte; a length of zero takes one byte too. */
function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value >>> VARINT_BITS; rest > 0; rest >>>= VARINT_BITS) count += 1;
  return count;
}
