/**
 * The slot map: which member has which of 16384 slots. [RedisCluster]
 *
 * Members claim slots with a config epoch; of two that claim one slot the higher epoch has it, and of equal ones the
 * smaller name, until that member moves to an epoch of its own. So the map is a function of the claims alone, and all who
 * have heard the same ones have the same map.
 */
import { keySlot, SLOT_COUNT } from './key-slot.ts';
import { type SlotClaim, type SlotRange, slotRangesOf, slotsIn } from './slot-claim.ts';

/** A member's claim. */
export interface SlotMember extends SlotClaim {
  readonly name: string;
}

/** Immutable. */
export class SlotMap {
  /** By name. */
  readonly members: readonly SlotMember[];
  /** Index into `members` plus 1; 0 for a slot that nobody claims. */
  readonly #owners = new Uint32Array(SLOT_COUNT);

  constructor(members: Iterable<SlotMember>) {
    this.members = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const [index, { epoch, ranges }] of this.members.entries()) {
      for (const slot of slotsIn(ranges)) {
        const held = this.members[(this.#owners[slot] ?? 0) - 1];
        if (held === undefined || epoch > held.epoch) this.#owners[slot] = index + 1;
      }
    }
  }

  /** Who has a slot, if anybody. */
  ownerOf(slot: number): string | undefined {
    return this.members[(this.#owners[slot] ?? 0) - 1]?.name;
  }

  /** Who has the slot of a key. */
  ownerOfKey(key: string | Uint8Array): string | undefined {
    return this.ownerOf(keySlot(key));
  }

  /** What a member has; less than it claims where another one has the higher epoch. */
  rangesOf(name: string): SlotRange[] {
    const index = this.members.findIndex((member) => member.name === name);
    return index < 0 ? [] : this.#rangesWhere((owner) => owner === index + 1);
  }

  /** Slots that nobody has. */
  uncovered(): SlotRange[] {
    return this.#rangesWhere((owner) => owner === 0);
  }

  /** The epoch with which a claim wins over every claim heard of. */
  nextEpoch(): number {
    return 1 + this.members.reduce((epoch, member) => Math.max(epoch, member.epoch), 0);
  }

  /**
   * The epoch that a member has to take because another one has the same: of two the one with the smaller name moves.
   * `undefined` when it need not. [RedisCluster] Who has no slots may share one, and so may who has lost all that it
   * claims: with a higher epoch it would take them back from whoever has them by right.
   */
  epochAfterCollision(name: string): number | undefined {
    const own = this.members.find((member) => member.name === name);
    if (own === undefined || this.rangesOf(name).length === 0) return undefined;
    const collides = this.members.some(
      (other) => other.epoch === own.epoch && other.name > name && other.ranges.length > 0,
    );
    return collides ? this.nextEpoch() : undefined;
  }

  #rangesWhere(isWanted: (owner: number) => boolean): SlotRange[] {
    const slots: number[] = [];
    for (const [slot, owner] of this.#owners.entries()) if (isWanted(owner)) slots.push(slot);
    return slotRangesOf(slots);
  }
}

/** Slots whose owner differs between two maps. */
export interface MovedSlots extends SlotRange {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** In order; neighbours with the same change are one range. */
export function movedSlots(before: SlotMap, after: SlotMap): MovedSlots[] {
  const moved: { first: number; last: number; before: string | undefined; after: string | undefined }[] = [];
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const [from, to] = [before.ownerOf(slot), after.ownerOf(slot)];
    if (from === to) continue;
    const last = moved.at(-1);
    if (last?.last === slot - 1 && last.before === from && last.after === to) last.last = slot;
    else moved.push({ first: slot, last: slot, before: from, after: to });
  }
  return moved;
}
