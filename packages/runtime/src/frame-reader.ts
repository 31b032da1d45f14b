/**
 * Cuts a byte stream into frames: a length as u32 big-endian, then so many bytes. A length of 0 or above the limit is
 * wrong, and nothing after it can be trusted.
 *
 *   prefix --4 bytes--> body --length bytes--> prefix …      any --wrong length--> broken
 */

/** Bytes before each frame. */
export const FRAME_PREFIX_BYTES = 4;
/** First room for a frame that comes in pieces. Most frames come in one and need none. */
const ROOM_BYTES = 4_096;
const NO_ROOM = Buffer.alloc(0);

/** The four bytes that go before a frame of `frameBytes`. */
export function framePrefix(frameBytes: number): Buffer {
  const prefix = Buffer.allocUnsafe(FRAME_PREFIX_BYTES);
  prefix.writeUInt32BE(frameBytes);
  return prefix;
}

/**
 * Reads one stream. It holds at most twice the bytes that have arrived of the current frame: a peer that announces
 * much and sends nothing costs nothing.
 */
export class FrameReader {
  readonly #frameBytesMax: number;
  readonly #prefix: Buffer = Buffer.alloc(FRAME_PREFIX_BYTES);
  #prefixBytes = 0;
  /** 0 while the prefix is incomplete. */
  #frameBytes = 0;
  #room: Buffer = NO_ROOM;
  #roomBytes = 0;
  #isBroken = false;
  #frameCount = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Frames completed so far. */
  get frameCount(): number {
    return this.#frameCount;
  }

  /** Whether a frame has begun and not ended. */
  get isPartial(): boolean {
    return this.#prefixBytes > 0;
  }

  /**
   * Takes the next bytes and calls `onFrame` for each frame that they complete, in order. The frame may share memory
   * with `chunk`. Returns false when a length is wrong: give up the stream, nothing more is read from it.
   */
  push(chunk: Buffer, onFrame: (frame: Uint8Array) => void): boolean {
    let rest = chunk;
    while (rest.length > 0 && !this.#isBroken) {
      rest = this.#frameBytes === 0 ? this.#readPrefix(rest) : this.#readBody(rest, onFrame);
    }
    return !this.#isBroken;
  }

  #readPrefix(bytes: Buffer): Buffer {
    const taken = bytes.copy(this.#prefix, this.#prefixBytes, 0, FRAME_PREFIX_BYTES - this.#prefixBytes);
    this.#prefixBytes += taken;
    if (this.#prefixBytes === FRAME_PREFIX_BYTES) {
      const frameBytes = this.#prefix.readUInt32BE();
      this.#isBroken = frameBytes === 0 || frameBytes > this.#frameBytesMax;
      if (!this.#isBroken) this.#frameBytes = frameBytes;
    }
    return bytes.subarray(taken);
  }

  #readBody(bytes: Buffer, onFrame: (frame: Uint8Array) => void): Buffer {
    const missingBytes = this.#frameBytes - this.#roomBytes;
    const piece = bytes.subarray(0, missingBytes);
    if (piece.length < missingBytes) {
      this.#keep(piece);
    } else {
      const frame = this.#roomBytes === 0 ? piece : this.#completed(piece);
      this.#reset();
      onFrame(frame);
    }
    return bytes.subarray(piece.length);
  }

  #completed(piece: Buffer): Buffer {
    this.#keep(piece);
    return this.#room.subarray(0, this.#roomBytes);
  }

  #keep(piece: Buffer): void {
    const needBytes = this.#roomBytes + piece.length;
    if (needBytes > this.#room.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.#frameBytes, Math.max(ROOM_BYTES, needBytes * 2)));
      this.#room.copy(grown, 0, 0, this.#roomBytes);
      this.#room = grown;
    }
    piece.copy(this.#room, this.#roomBytes);
    this.#roomBytes = needBytes;
  }

  #reset(): void {
    this.#prefixBytes = 0;
    this.#frameBytes = 0;
    this.#room = NO_ROOM;
    this.#roomBytes = 0;
    this.#frameCount += 1;
  }
}
