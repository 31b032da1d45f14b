/**
 * Who has a vote in the profile `redis`: members that own slots, failed ones included. [RedisCluster] Where nobody owns any,
 * as in a cluster that does not use slots, all members have one.
 */
import type { NodeId } from '@hearsay/core';
import { AllVoters, type Voters } from '@hearsay/heartbeat';
import type { MemberTable, NodeState } from '@hearsay/membership';
import { parseSlotClaim, SLOT_COUNT, SLOTS_KEY, SlotMap, type SlotMember } from '@hearsay/ring';

/** Reads node state, and makes the map of slots anew when a claim has changed. */
export class SlotVoters implements Voters {
  readonly #state: NodeState;
  readonly #all: AllVoters;
  /** The root of node state when it was last looked at: while it is the same, nothing has changed. */
  #root: string | undefined;
  /** The claims that `#owners` were worked out from. */
  #claims = '';
  #owners: ReadonlySet<NodeId> = new Set();

  constructor(table: MemberTable, state: NodeState) {
    this.#state = state;
    this.#all = new AllVoters(table);
  }

  get count(): number {
    const owners = this.#currentOwners();
    if (owners.size === 0) return this.#all.count;
    let presentCount = 0;
    for (const name of owners) if (this.#all.has(name)) presentCount += 1;
    return presentCount;
  }

  has(name: NodeId): boolean {
    const owners = this.#currentOwners();
    return (owners.size === 0 || owners.has(name)) && this.#all.has(name);
  }

  /** Remade when a claim changes. Who has left is left out above, by its own claim about itself. */
  #currentOwners(): ReadonlySet<NodeId> {
    const root = this.#state.rootDigest();
    if (root === this.#root) return this.#owners;
    this.#root = root;
    const members = [...this.#members()];
    const claims = JSON.stringify(members);
    if (claims !== this.#claims) this.#owners = ownersOf(new SlotMap(members));
    this.#claims = claims;
    return this.#owners;
  }

  *#members(): Generator<SlotMember> {
    for (const name of this.#state.origins()) {
      const claim = parseSlotClaim(this.#state.get(name, SLOTS_KEY) ?? '');
      if (claim !== undefined) yield { name, ...claim };
    }
  }
}

/** Members that have a slot: not those whose claims are all outdone. */
function ownersOf(slots: SlotMap): ReadonlySet<NodeId> {
  const owners = new Set<NodeId>();
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const owner = slots.ownerOf(slot);
    if (owner !== undefined) owners.add(owner);
  }
  return owners;
}
