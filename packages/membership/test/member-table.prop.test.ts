import { arbitraryClaim } from '@hearsay/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, compareClaims, isPresent, MemberTable, membershipConfig, mergeClaims } from '../src/index.ts';
import { STATUSES } from './claims.ts';

const WALL_MS = 10_000;
const claims = fc.array(arbitraryClaim(), { maxLength: 40 });

function tableWith(list: readonly Claim[]): MemberTable {
  const table = new MemberTable(membershipConfig(), { name: 'a', zone: 'east' });
  for (const claim of list) table.merge(claim, WALL_MS, 0);
  return table;
}

function expected(list: readonly Claim[]): Map<string, Claim> {
  const model = new Map<string, Claim>();
  for (const claim of list) {
    const held = model.get(claim.name);
    model.set(claim.name, held === undefined ? claim : mergeClaims(held, claim));
  }
  return model;
}

describe('the member table', () => {
  it('holds the greatest claim about each member, with counts and peer sets in step', () => {
    fc.assert(
      fc.property(claims, (list) => {
        const table = tableWith(list);
        const model = expected(list);
        expect(table.recordCount).toBe(model.size);
        for (const [name, claim] of model) expect(compareClaims(table.get(name) as Claim, claim)).toBe(0);
        const held = [...table.members()].map((member) => member.claim);
        for (const status of STATUSES) {
          expect(table.countOf(status)).toBe(held.filter((claim) => claim.status === status).length);
        }
        const others = held.filter(({ name }) => name !== 'a');
        const names = (wanted: (claim: Claim) => boolean) => new Set(others.filter(wanted).map(({ name }) => name));
        expect(new Set(table.peers.values())).toEqual(names(isPresent));
        expect(new Set(table.nearPeers.values())).toEqual(names((each) => isPresent(each) && each.zone === 'east'));
        expect(new Set(table.farPeers.values())).toEqual(names((each) => isPresent(each) && each.zone !== 'east'));
        expect(new Set(table.deadPeers.values())).toEqual(names(({ status }) => status === 'dead'));
      }),
    );
  });

  it('comes to the same in any order, and however often a claim comes', () => {
    fc.assert(
      fc.property(claims, fc.infiniteStream(fc.nat()), (list, order) => {
        const shuffled = [...list, ...list].map((each) => [order.next().value as number, each] as const);
        const other = tableWith(shuffled.toSorted(([a], [b]) => a - b).map(([, each]) => each));
        const bytesOf = (table: MemberTable) =>
          new Map([...table.keys()].map((key) => [key, table.canonicalBytes(table.get(key) as Claim)]));
        expect(bytesOf(other)).toEqual(bytesOf(tableWith(list)));
      }),
    );
  });

  it('never goes back: what it holds of a member only rises, whatever comes', () => {
    fc.assert(
      fc.property(claims, (list) => {
        const table = new MemberTable(membershipConfig(), { name: 'a', zone: '' });
        for (const claim of list) {
          const before = table.get(claim.name);
          const outcome = table.merge(claim, WALL_MS, 0);
          const after = table.get(claim.name);
          if (before !== undefined) expect(compareClaims(after as Claim, before)).toBeGreaterThanOrEqual(0);
          if (outcome.kind === 'stale' || outcome.kind === 'refused') expect(after).toBe(before);
          if (outcome.kind === 'accepted') expect(after).toBe(claim);
        }
      }),
    );
  });

  it('tells its observer of every change, so that who listens has the same content', () => {
    fc.assert(
      fc.property(claims, fc.nat(200_000_000), (list, wallMs) => {
        const table = new MemberTable(membershipConfig(), { name: 'a', zone: '' });
        const seen = new Map<string, Claim>();
        table.observe((name, claim) => {
          if (claim === undefined) seen.delete(name);
          else seen.set(name, claim);
        });
        for (const claim of list) table.merge(claim, WALL_MS, 0);
        table.reap(wallMs);
        expect(seen).toEqual(new Map([...table.members()].map(({ claim }) => [claim.name, claim])));
      }),
    );
  });
});
