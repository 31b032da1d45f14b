/** Messages of node state, over any domain. */
import type { NodeId } from '@hearsay/core';
import * as fc from 'fast-check';
import type { MessageDomain } from './arbitraries-messages.ts';

/** What messages of node state are made of. */
export interface StateDomain extends Pick<MessageDomain, 'name' | 'uint32' | 'itemCountMax'> {
  /** Keys and values. */
  readonly text: fc.Arbitrary<string>;
}

/** The shape of a `MapPosition`. */
export interface PositionShape {
  readonly origin: NodeId;
  readonly generation: number;
  readonly version: number;
}

/** The shape of a `MapDelta`. */
export interface DeltaShape extends PositionShape {
  readonly floor: number;
  readonly after: number;
  readonly entries: readonly { readonly key: string; readonly version: number; readonly value: string | undefined }[];
}

/** The shape of a `ScuttlebuttMessage`. */
export type StateMessageShape =
  | { readonly type: 'digest'; readonly isWhole: boolean; readonly positions: readonly PositionShape[] }
  | { readonly type: 'request'; readonly positions: readonly PositionShape[] }
  | { readonly type: 'delta'; readonly deltas: readonly DeltaShape[] };

/** Any message of node state. */
export function arbitraryStateMessage(domain: StateDomain): fc.Arbitrary<StateMessageShape> {
  const { name: origin, uint32, itemCountMax } = domain;
  const position = fc.record({ origin, generation: uint32, version: uint32 });
  const positions = fc.array(position, { maxLength: itemCountMax });
  const deltas = fc.array(arbitraryDelta(domain), { maxLength: itemCountMax });
  return fc.oneof(
    fc.record({ type: fc.constant('digest'), isWhole: fc.boolean(), positions }),
    fc.record({ type: fc.constant('request'), positions }),
    fc.record({ type: fc.constant('delta'), deltas }),
  );
}

/** Versions ascend from `after` to `version`; the floor is anywhere up to that. */
function arbitraryDelta({ name: origin, uint32, text }: StateDomain): fc.Arbitrary<DeltaShape> {
  const entry = fc.record({ key: text, value: fc.option(text, { nil: undefined }) });
  const entries = fc.uniqueArray(fc.tuple(uint32, entry), { maxLength: 4, selector: ([version]) => version });
  return fc
    .record({ origin, generation: uint32, version: uint32, floor: uint32, after: uint32, entries })
    .map((drawn) => {
      const version = Math.max(drawn.version, drawn.after);
      const sorted = drawn.entries.filter(([each]) => each > drawn.after && each <= version).sort(([a], [b]) => a - b);
      return {
        ...drawn,
        version,
        floor: Math.min(drawn.floor, version),
        entries: sorted.map(([each, { key, value }]) => ({ key, version: each, value })),
      };
    });
}
