/** Every claim about one member over few values of each field: many ties, and ties are where the bugs are. */
import { aliveClaim, type Claim, type Status } from '../src/index.ts';

export const STATUSES: readonly Status[] = ['alive', 'suspect', 'dead', 'left'];
/** The smaller one first. */
export const ADDRESSES = ['10.0.0.1:7946', '10.0.0.2:7946'] as const;

/** A claim about `m` in its first life. */
export function claimOfM(partial: Partial<Claim> = {}): Claim {
  return aliveClaim({ name: 'm', address: ADDRESSES[0], generation: 0, ...partial });
}

/** 192 claims: two generations, three incarnations, four statuses, two addresses, two zones, two digests of tags. */
export const ALL_CLAIMS: readonly Claim[] = [0, 1].flatMap((generation) =>
  [0, 1, 2].flatMap((incarnation) =>
    STATUSES.flatMap((status) =>
      ADDRESSES.flatMap((address) =>
        ['', 'east'].flatMap((zone) =>
          [0, 7].map((tagsDigest) => claimOfM({ generation, incarnation, status, address, zone, tagsDigest })),
        ),
      ),
    ),
  ),
);

/** Names or other texts in one order, so that sets of them can be compared. */
export function inOrder(texts: Iterable<string>): string[] {
  return [...texts].sort((a, b) => (a < b ? -1 : 1));
}
