/** Members for the tests of the detectors. */
import { aliveClaim, type Claim, MemberTable, membershipConfig } from '@hearsay/membership';

/** Wall time at monotonic 0. */
export const WALL_MS = 1_000_000_000;

export const addressOf = (name: string): string => `${name}.test:7946`;

export function claim(name: string, partial: Partial<Claim> = {}): Claim {
  return aliveClaim({ name, address: addressOf(name), generation: 1, ...partial });
}

/** A table of `self` and others. */
export function tableOf(self: string, ...others: readonly (string | Claim)[]): MemberTable {
  const table = new MemberTable(membershipConfig(), { name: self, zone: '' });
  for (const other of [self, ...others]) {
    table.merge(typeof other === 'string' ? claim(other) : other, WALL_MS, 0);
  }
  return table;
}
