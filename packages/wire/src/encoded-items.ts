/** Claims, rumors and records, each encoded once: news that rides on a hundred packets is then copied, not encoded. */
import type { Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import { encodeClaim } from './claim.ts';
import { encodeRumor } from './rumor.ts';
import { encodeRecord } from './store-record.ts';

/**
 * Encoded bytes by object. They live as long as the object does, so the caches need no bound of their own. An object
 * must not change after it was first encoded.
 */
export class EncodedItems {
  readonly #claims = new WeakMap<Claim, Uint8Array>();
  readonly #rumors = new WeakMap<Rumor, Uint8Array>();
  readonly #records = new WeakMap<StoreRecord, Uint8Array>();

  claim(claim: Claim): Uint8Array {
    return cached(this.#claims, claim, encodeClaim);
  }

  rumor(rumor: Rumor): Uint8Array {
    return cached(this.#rumors, rumor, encodeRumor);
  }

  record(record: StoreRecord): Uint8Array {
    return cached(this.#records, record, encodeRecord);
  }
}

function cached<V extends object>(
  cache: WeakMap<V, Uint8Array>,
  value: V,
  encode: (value: V) => Uint8Array,
): Uint8Array {
  const known = cache.get(value);
  if (known !== undefined) return known;
  // A copy: the encoder's result may be a slice of a pool of 8 KiB, which would live as long as the claim.
  const bytes = new Uint8Array(encode(value));
  cache.set(value, bytes);
  return bytes;
}
