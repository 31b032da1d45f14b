/** What was encoded lately: news that rides on a hundred packets is encoded once and then copied. */
import type { Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import { encodeClaim } from './claim.ts';
import { REMEMBERED_PACKET_COUNT } from './limits.ts';
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

  claim(claim: Claim): Uint8Array {
    return this.#remembered(claim) ?? this.#remember(claim, copyOf(encodeClaim(claim)));
  }

  rumor(rumor: Rumor): Uint8Array {
    return this.#remembered(rumor) ?? this.#remember(rumor, copyOf(encodeRumor(rumor)));
  }

  record(record: StoreRecord): Uint8Array {
    return this.#remembered(record) ?? this.#remember(record, copyOf(encodeRecord(record)));
  }

  message(message: WireMessage): Uint8Array {
    return this.#remembered(message) ?? this.#remember(message, encodeMessage(message, this));
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
