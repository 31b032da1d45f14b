import { keyedHash128, utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { valueMark } from '../src/index.ts';

const KEY = utf8Bytes('hearsay store value');

describe('the mark of a value', () => {
  it('is the value itself up to a block, and the same hash on every node beyond, whatever was asked for before', () => {
    const values = [64, 65, 128, 1_000, 65].map((length, nth) => new Uint8Array(length).fill(nth));
    const marks = [...values, ...values].map(valueMark);
    expect(marks).toEqual(
      [...values, ...values].map((value) => (value.length === 64 ? value : keyedHash128(KEY, value))),
    );
    expect(valueMark(values[1]!)).toEqual(valueMark(values[1]!.slice()));
  });
});
