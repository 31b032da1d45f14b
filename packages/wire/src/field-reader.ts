/** The generated decoders, made safe for hostile bytes: values are counted before they are made, skips are counted too. */
import protobuf from 'protobufjs/minimal.js';
import type { DecodeContext } from './decode-context.ts';
import { VALUE_COUNT_MAX } from './limits.ts';
import { WireError } from './wire-error.ts';

/** A generated class, as far as decoding needs it. */
export interface Decodable<M> {
  decode(reader: protobuf.Reader, length?: undefined, end?: undefined, depth?: undefined, target?: object): M;
}

/**
 * Decodes one protobuf message. What it returns still shares memory with `bytes`. Throws `WireError` for too many
 * values, and whatever protobufjs throws for bytes that do not parse.
 */
export function decodeFields<M>(type: Decodable<M>, bytes: Uint8Array, context: DecodeContext): M {
  return type.decode(new FieldReader(bytes, context));
}

/**
 * The same for a message that is one of many kinds, named by `body`. The generated class keeps its kinds apart by an
 * accessor that walks over all of them whenever it is read or written, which took half of the time of decoding; a plain
 * object, of which `body` is a property like any other, says the same. Of several kinds the last one counts.
 */
export function decodeKind<M>(type: Decodable<M>, bytes: Uint8Array, context: DecodeContext): M {
  return type.decode(new FieldReader(bytes, context), undefined, undefined, undefined, {});
}

class FieldReader extends protobuf.Reader {
  readonly #context: DecodeContext;

  constructor(bytes: Uint8Array, context: DecodeContext) {
    super(bytes);
    this.#context = context;
  }

  /** The decoders call this for the length of each value, before they make the value. */
  override size(): number {
    this.#context.valueCount += 1;
    if (this.#context.valueCount > VALUE_COUNT_MAX) {
      throw new WireError('too-large', `more than ${VALUE_COUNT_MAX} values in one packet`);
    }
    return super.size();
  }

  /** A text takes hardly more memory than its bytes did, so it does not count. */
  override stringVerify(): string {
    this.#context.valueCount -= 1;
    return super.stringVerify();
  }

  /** The decoders call this for each field that the schema lacks. A group calls it for its parts too, and counts once. */
  override skipType(wireType: number, depth?: number, fieldNumber?: number): protobuf.Reader {
    const skippedCount = this.#context.skippedCount + 1;
    super.skipType(wireType, depth, fieldNumber);
    this.#context.skippedCount = skippedCount;
    return this;
  }
}
