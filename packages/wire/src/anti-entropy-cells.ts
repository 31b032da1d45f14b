/** Cells of a sketch, to and from the fields of the schema. */
import type { AntiEntropyBody } from '@hearsay/anti-entropy';
import type { hearsay } from '#proto';
import { checkedIn, refuse } from './checks.ts';

type CellsFields = hearsay.wire.v1.Cells.$Properties;
type Cells = Extract<AntiEntropyBody<never>, { readonly type: 'cells' }>;

const UINT32_MAX = 0xffff_ffff;

/** Elements that a cell has on average, rounded: what it has is told as the difference to that, which is a small number. */
function usualCount(total: number, index: number): number {
  return Math.round((2 * total) / (2 + index));
}

export function cellsFields({ from, total, cells }: Cells): CellsFields {
  const isCounted = total !== 0 || cells.some(({ count }) => count !== 0);
  return {
    from,
    total,
    places: cells.map(({ place }) => place),
    elements: cells.map(({ element }) => element),
    checks: cells.map(({ check }) => check),
    excesses: isCounted ? cells.map(({ count }, nth) => count - usualCount(total, from + nth)) : [],
  };
}

export function cellsOf(fields: CellsFields): AntiEntropyBody<never> {
  const from = fields.from ?? 0;
  const total = fields.total ?? 0;
  const { elements, checks } = fields;
  const excesses = fields.excesses ?? [];
  const places = fields.places ?? [];
  const isCounted = total !== 0 || excesses.length > 0;
  if ([elements, checks].some((list) => (list?.length ?? 0) !== places.length))
    refuse('cells', 'are not of one length');
  if (isCounted && excesses.length !== places.length) refuse('cells.excesses', 'are not one per cell');
  const cells = places.map((place, nth) => ({
    place,
    element: elements?.[nth] ?? 0,
    check: checks?.[nth] ?? 0,
    count: checkedIn('cells.excesses', (excesses[nth] ?? 0) + usualCount(total, from + nth), 0, UINT32_MAX),
  }));
  return { type: 'cells', from, total, cells };
}
