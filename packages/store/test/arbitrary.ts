import fc from 'fast-check';
import type { StoreRecord } from '../src/index.ts';

/** Few values, many ties: the ties are where the bugs are. */
const values = fc.uint8Array({ maxLength: 2, max: 1 });
const content = fc.oneof(
  fc.record({ kind: fc.constant<'set'>('set'), value: values }),
  fc.constant({ kind: 'delete' as const, value: new Uint8Array(0) }),
);
const record = (key: fc.Arbitrary<string>): fc.Arbitrary<StoreRecord> =>
  fc
    .tuple(key, fc.record({ wallMs: fc.nat(2), counter: fc.nat(2) }), fc.constantFrom('a', 'b', 'ab'), content)
    .map(([key, stamp, origin, { kind, value }]) => ({ key, stamp, origin, kind, value }));

/** Legal records, all of the key `k`. */
export const ofOneKey: fc.Arbitrary<StoreRecord> = record(fc.constant('k'));
/** Legal records of a few keys. */
export const anyRecord: fc.Arbitrary<StoreRecord> = record(fc.constantFrom('k', 'ka', 'l', 'é'));

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
