/**
 * What a member says of its slots, in one value of its node state.
 *
 *   value  := epoch " " [ ranges ]        `7 0-5460,10923`
 *   ranges := range { "," range }         ascending, disjoint
 */
import { SLOT_COUNT } from './key-slot.ts';

/** The key of node state under which a member's slots stand. */
export const SLOTS_KEY = 'ring.slots';

/** Slots from `first` to `last`, both included. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

export interface SlotClaim {
  /** Config epoch: of two that claim one slot the higher has it. 0 … 2^53-1. [RedisCluster] */
  readonly epoch: number;
  readonly ranges: readonly SlotRange[];
}

const EPOCH_PATTERN = /^\d{1,16}$/;
const RANGE_PATTERN = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** The value for node state. Ranges are put in order, and joined where they touch. */
export function formatSlotClaim({ epoch, ranges }: SlotClaim): string {
  return `${epoch} ${formatSlotRanges(slotRangesOf(slotsIn(ranges)))}`;
}

/** `undefined` when the value is none. Never throws. */
export function parseSlotClaim(value: string): SlotClaim | undefined {
  const [epochText = '', rangesText, ...rest] = value.split(' ');
  const epoch = EPOCH_PATTERN.test(epochText) ? Number(epochText) : Number.NaN;
  const ranges = rangesText === undefined ? undefined : parseSlotRanges(rangesText);
  if (!Number.isSafeInteger(epoch) || ranges === undefined || rest.length > 0) return undefined;
  return { epoch, ranges };
}

/** `undefined` when the text is none, is out of order, or names a slot twice. */
export function parseSlotRanges(text: string): SlotRange[] | undefined {
  const ranges: SlotRange[] = [];
  for (const part of text === '' ? [] : text.split(',', SLOT_COUNT)) {
    const match = RANGE_PATTERN.exec(part);
    const first = Number(match?.[1] ?? Number.NaN);
    const last = Number(match?.[2] ?? first);
    const isInOrder = first > (ranges.at(-1)?.last ?? -1) && last >= first && last < SLOT_COUNT;
    if (match === null || !isInOrder) return undefined;
    ranges.push({ first, last });
  }
  return ranges;
}

/** `0-5460,10923`. */
export function formatSlotRanges(ranges: readonly SlotRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** Ascending ranges of some slots; touching ones are one. Slots that there are not are left out. */
export function slotRangesOf(slots: Iterable<number>): SlotRange[] {
  const isClaimed = new Uint8Array(SLOT_COUNT);
  for (const slot of slots) if (slot >= 0 && slot < SLOT_COUNT) isClaimed[slot] = 1;
  const ranges: { first: number; last: number }[] = [];
  for (const [slot, claimed] of isClaimed.entries()) {
    if (claimed === 0) continue;
    const last = ranges.at(-1);
    if (last?.last === slot - 1) last.last = slot;
    else ranges.push({ first: slot, last: slot });
  }
  return ranges;
}

/** Every slot of some ranges. */
export function* slotsIn(ranges: readonly SlotRange[]): Generator<number> {
  for (const { first, last } of ranges) for (let slot = first; slot <= last; slot++) yield slot;
}
