import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedHash, keyedHash128 } from '../src/index.ts';

const hex = (words: Uint32Array): string => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');

describe('KeyedHash', () => {
  it('gives what keyedHash128 gives, at every length of keys and messages, also when it is used again', () => {
    const target = new Uint32Array(4);
    for (let keyLength = 1; keyLength <= 40; keyLength += 3) {
      const key = Uint8Array.from({ length: keyLength }, (_, nth) => nth * 7 + keyLength);
      const hash = new KeyedHash(key);
      for (let length = 0; length <= 200; length++) {
        const bytes = Uint8Array.from({ length }, (_, nth) => nth * 31 + length);
        hash.hashInto(target, bytes);
        expect(hex(target)).toBe(Buffer.from(keyedHash128(key, bytes)).toString('hex'));
      }
    }
  });

  it('does so for any bytes', () => {
    const target = new Uint32Array(4);
    const key = fc.uint8Array({ minLength: 1, maxLength: 32 });
    fc.assert(
      fc.property(key, fc.uint8Array({ maxLength: 300 }), (secret, bytes) => {
        new KeyedHash(secret).hashInto(target, bytes);
        expect(hex(target)).toBe(Buffer.from(keyedHash128(secret, bytes)).toString('hex'));
      }),
    );
  });
});
