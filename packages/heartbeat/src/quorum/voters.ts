/** Who has a vote on whether a member fails. */
import type { NodeId } from '@hearsay/core';
import { isPresent, type MemberTable } from '@hearsay/membership';

/** The voters of a cluster, failed ones included: they count for the majority. [RedisCluster] masters that own slots. */
export interface Voters {
  readonly count: number;
  has(name: NodeId): boolean;
}

/** Every member that has not left has a vote: what there is where nobody owns slots. */
export class AllVoters implements Voters {
  readonly #table: MemberTable;

  constructor(table: MemberTable) {
    this.#table = table;
  }

  /** Looks at every member. */
  get count(): number {
    let presentCount = 0;
    for (const { claim } of this.#table.members()) if (isPresent(claim)) presentCount += 1;
    return presentCount;
  }

  has(name: NodeId): boolean {
    const claim = this.#table.get(name);
    return claim !== undefined && isPresent(claim);
  }
}
