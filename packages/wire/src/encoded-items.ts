/** What was encoded lately: news that rides on a hundred packets is encoded once and then copied. */
import type { Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import { encodeClaim } from './claim.ts';
import { MEASURED_MESSAGE_COUNT_MAX, REMEMBERED_PACKET_COUNT } from './limits.ts';
import { encodeMessage } from './message.ts';
import type { WireMessage } from './packet.ts';
import { encodeRumor } from './rumor.ts';
import { encodeRecord } from './store-record.ts';

type Bytes = WeakMap<object, Uint8Array>;

/**
 * Encoded bytes by object, which must not change after it was first encoded. They are forgotten with the object, and
 * when none of the last `REMEMBERED_PACKET_COUNT` packets held it: otherwise a node at rest would keep every member and
 * every record that it has ever sent a second time.
 */
export class EncodedItems {
  #recent: Bytes = new WeakMap();
  /** Those before. What is asked for again moves to the recent ones. */
  #earlier: Bytes = new WeakMap();
  #packetCount = 0;
  /**
   * Bytes of messages between `measure` and `take`. A message leaves once, so to remember it for longer would only make
   * work for the collector of garbage: a third of what a node at rest cost.
   */
  readonly #measured = new Map<WireMessage, Uint8Array>();

  claim(claim: Claim): Uint8Array {
    return this.#remembered(claim) ?? this.#remember(claim, copyOf(encodeClaim(claim)));
  }

  rumor(rumor: Rumor): Uint8Array {
    return this.#remembered(rumor) ?? this.#remember(rumor, copyOf(encodeRumor(rumor)));
  }

  record(record: StoreRecord): Uint8Array {
    return this.#remembered(record) ?? this.#remember(record, copyOf(encodeRecord(record)));
  }

  /** What a message takes. It leaves in a packet right after, so its bytes are kept until then. */
  measure(message: WireMessage): number {
    const known = this.#measured.get(message);
    if (known !== undefined) return known.length;
    const bytes = encodeMessage(message, this);
    if (this.#measured.size >= MEASURED_MESSAGE_COUNT_MAX) this.#measured.clear();
    this.#measured.set(message, bytes);
    return bytes.length;
  }

  /** The bytes of a message, for a packet. */
  take(message: WireMessage): Uint8Array {
    const bytes = this.#measured.get(message);
    if (bytes === undefined) return encodeMessage(message, this);
    this.#measured.delete(message);
    return bytes;
  }

  /** A packet was made of them. */
  countPacket(): void {
    this.#packetCount += 1;
    if (this.#packetCount < REMEMBERED_PACKET_COUNT) return;
    this.#packetCount = 0;
    this.#earlier = this.#recent;
    this.#recent = new WeakMap();
  }

  #remembered(item: object): Uint8Array | undefined {
    const recent = this.#recent.get(item);
    if (recent !== undefined) return recent;
    const earlier = this.#earlier.get(item);
    if (earlier !== undefined) this.#recent.set(item, earlier);
    return earlier;
  }

  #remember(item: object, bytes: Uint8Array): Uint8Array {
    this.#recent.set(item, bytes);
    return bytes;
  }
}

/** The encoder's result may be a slice of a pool of 8 KiB, which would live as long as the item; no message lives long. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
