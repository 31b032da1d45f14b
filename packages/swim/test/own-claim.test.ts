import { type Claim, TAGS_BYTES_MAX, tagsDigest } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { claim, SELF, Solo, WALL_MS } from './solo.ts';

const UINT32_MAX = 0xffff_ffff;

/** What `a` says about us, in the life that we are in. */
const accusation = (solo: Solo, partial: Partial<Claim> = {}): Claim => ({
  ...solo.core.self,
  status: 'suspect',
  accuser: 'a',
  ...partial,
});

describe('OwnClaim, refuting', () => {
  it.each(['suspect', 'dead'] as const)(
    'rises above a claim that we are %s, tells it, and trusts itself less',
    (status) => {
      const solo = new Solo({ peers: ['a', 'b'] });
      const said = accusation(solo, { status });
      solo.learn('b', said);
      expect(solo.core.self).toMatchObject({ status: 'alive', incarnation: 1, accuser: '', grounds: undefined });
      expect(solo.table.get('self')).toBe(solo.core.self);
      expect(solo.out.events).toEqual([{ type: 'refuted', claim: solo.core.self, accusation: said }]);
      expect(solo.core.localHealth).toBe(1);
      // Who told us may hold us dead, and would not hear our gossip.
      expect(solo.sent('claims')).toEqual([
        { to: 'b', message: { type: 'claims', claims: [solo.core.self] }, via: 'packet' },
      ]);
      expect(solo.core.piggyback('b', 1_000)).toMatchObject({ claims: expect.arrayContaining([solo.core.self]) });
    },
  );

  it('rises above whatever incarnation was claimed, and into the later life when one was', () => {
    const solo = new Solo();
    solo.learn('a', accusation(solo, { incarnation: 40 }));
    expect(solo.core.self.incarnation).toBe(41);
    solo.learn('a', accusation(solo, { generation: 9, incarnation: 5 }));
    expect(solo.core.self).toMatchObject({ generation: 9, incarnation: 6 });
  });

  it('answers the same accusation once, then only reminds who repeats it', () => {
    const solo = new Solo();
    const said = accusation(solo);
    solo.learn('a', said);
    solo.out.clear();
    solo.learn('b', said);
    expect(solo.core.self.incarnation).toBe(1);
    expect(solo.told).toEqual([]);
    expect(solo.core.localHealth).toBe(1);
    expect(solo.sent('claims').map(({ to }) => to)).toEqual(['b']);
  });

  it('says nothing to who has it right, and sends nothing to itself', () => {
    const solo = new Solo();
    solo.learn('a', solo.core.self);
    solo.learn('self', accusation(solo));
    solo.learn(SELF, accusation(solo));
    expect(solo.out.sends).toEqual([]);
  });

  it('does not trust itself less for a force-leave: it was not slow', () => {
    const solo = new Solo();
    solo.learn('a', accusation(solo, { status: 'left' }));
    expect(solo.core.self).toMatchObject({ status: 'alive', incarnation: 1 });
    expect(solo.told).toEqual(['refuted']);
    expect(solo.core.localHealth).toBe(0);
  });

  it('goes on in the next generation at the end of the incarnations', () => {
    const solo = new Solo();
    solo.learn('a', accusation(solo, { generation: 2, incarnation: UINT32_MAX }));
    expect(solo.core.self).toMatchObject({ status: 'alive', generation: 3, incarnation: 0 });
    expect(solo.table.get('self')).toBe(solo.core.self);
  });

  it('outdoes a claim at the very limit of what is plausible', () => {
    const solo = new Solo();
    const limitSeconds = WALL_MS / 1_000 + 86_400;
    solo.learn('a', accusation(solo, { generation: limitSeconds, incarnation: UINT32_MAX }));
    expect(solo.core.self).toMatchObject({ status: 'alive', generation: limitSeconds + 1 });
    expect(solo.table.get('self')).toBe(solo.core.self);
  });

  it('refuses an implausible accusation and says so', () => {
    const solo = new Solo();
    solo.learn('a', accusation(solo, { incarnation: 100_000 }), accusation(solo, { generation: 2_000_000 }));
    expect(solo.core.self).toMatchObject({ generation: 1, incarnation: 0 });
    expect(solo.events('claim-refused').map(({ reason }) => reason)).toEqual(['incarnation-jump', 'generation-ahead']);
  });

  it('keeps its tags whatever an accusation says of them', () => {
    const tags = new Map([['role', 'api']]);
    const solo = new Solo({ tags, peers: ['a'] });
    solo.learn('a', accusation(solo, { tagsDigest: 12_345 }));
    expect(solo.core.self.tagsDigest).toBe(tagsDigest(tags));
    expect(solo.table.tags.of('self')).toEqual(tags);
    solo.out.clear();
    solo.hear('a', { type: 'tags-request', names: ['self'] });
    expect(solo.sent('tags')[0]?.message.members).toEqual([{ name: 'self', tags }]);
  });
});

describe('OwnClaim, after a restart', () => {
  it('does not contest its own earlier life, but tells who still believes in it', () => {
    const solo = new Solo({ generation: 5 });
    solo.learn('a', claim('self', { generation: 4, incarnation: 7, address: '10.0.0.9:1' }));
    solo.learn('a', claim('self', { generation: 4, incarnation: 8, status: 'dead' }));
    expect(solo.core.self).toMatchObject({ generation: 5, incarnation: 0 });
    expect(solo.told).toEqual([]);
    expect(solo.sent('claims')).toHaveLength(2);
  });

  it('outranks the claim of its earlier life in a snapshot', () => {
    const solo = new Solo({ generation: 5, snapshot: [claim('self', { generation: 4, status: 'dead' })] });
    expect(solo.table.get('self')).toBe(solo.core.self);
  });
});

describe('OwnClaim, against another process of its name', () => {
  const SMALLER = '10.0.0.1:7946';
  const GREATER = '10.0.0.9:7946';
  const rival = (address: string, partial: Partial<Claim> = {}) => claim('self', { address, ...partial });

  it('keeps the name with the smaller address, and tells the other', () => {
    const solo = new Solo();
    const mine = solo.core.self;
    const other = rival(GREATER);
    solo.learn(GREATER, other);
    expect(solo.events('name-conflict')).toEqual([{ type: 'name-conflict', held: mine, other }]);
    expect(solo.core.self).toMatchObject({ address: SELF, incarnation: 1 });
    expect(solo.table.get('self')).toBe(solo.core.self);
    expect(solo.sent('claims').map(({ to }) => to)).toEqual([GREATER]);
    expect(solo.core.localHealth).toBe(0);
  });

  it('gives in with the greater address, and lets the other know once', () => {
    const solo = new Solo();
    const other = rival(SMALLER);
    solo.learn('a', other);
    expect(solo.told).toEqual(['name-conflict']);
    expect(solo.core.self).toMatchObject({ address: SELF, incarnation: 0 });
    expect(solo.table.get('self')).toBe(other);
    expect(solo.out.sends).toEqual([
      { to: SMALLER, message: { type: 'claims', claims: [solo.core.self] }, via: 'packet' },
    ]);
    solo.out.clear();
    solo.learn('a', rival(SMALLER, { incarnation: 1 }));
    expect([...solo.told, ...solo.out.sends]).toEqual([]);
  });

  it('gives in to a later life wherever that lives', () => {
    for (const address of [SMALLER, GREATER]) {
      const solo = new Solo();
      solo.learn('a', rival(address, { generation: 2 }));
      expect(solo.told).toEqual(['name-conflict']);
      expect(solo.core.self).toMatchObject({ generation: 1, incarnation: 0 });
    }
  });

  it('hears of the same rival once', () => {
    const solo = new Solo();
    for (const from of ['a', 'b', 'c']) solo.learn(from, rival(SMALLER));
    expect(solo.told).toEqual(['name-conflict']);
  });

  it('ends: two who hear each other settle after one round', () => {
    const [small, great] = [new Solo(), new Solo()];
    const said = (solo: Solo, address: string) => ({ ...solo.core.self, address });
    // Both are at SELF in their own eyes; the claims are moved so that each sees the other elsewhere.
    for (let round = 0; round < 10; round++) {
      great.learn(SMALLER, said(small, SMALLER));
      small.learn(GREATER, said(great, GREATER));
    }
    expect(small.core.self.incarnation).toBe(1);
    expect(great.core.self.incarnation).toBe(0);
  });

  it('takes the name back when the rival is found dead', () => {
    const solo = new Solo();
    solo.learn('a', rival(SMALLER, { generation: 2 }));
    solo.out.clear();
    solo.learn('a', rival(SMALLER, { generation: 2, status: 'dead', accuser: 'a' }));
    expect(solo.core.self).toMatchObject({ address: SELF, generation: 2, incarnation: 1, status: 'alive' });
    expect(solo.table.get('self')).toBe(solo.core.self);
    expect(solo.told).toEqual(['refuted']);
  });
});

describe('OwnClaim, its tags', () => {
  it('spreads the digest of new tags, and has them', () => {
    const solo = new Solo({ peers: ['a'] });
    const tags = new Map([['role', 'api']]);
    solo.command({ type: 'set-tags', tags });
    expect(solo.core.self).toMatchObject({ incarnation: 1, tagsDigest: tagsDigest(tags) });
    expect(solo.table.tags.of('self')).toEqual(tags);
    expect(solo.core.piggyback('a', 1_000)).toMatchObject({ claims: expect.arrayContaining([solo.core.self]) });
  });

  it('says nothing when they are the same', () => {
    const solo = new Solo({ tags: new Map([['role', 'api']]), peers: ['a'] });
    solo.command({ type: 'set-tags', tags: new Map([['role', 'api']]) });
    expect(solo.core.self.incarnation).toBe(0);
  });

  it('takes them as they are: what the owner changes later is not told', () => {
    const tags = new Map([['role', 'api']]);
    const solo = new Solo({ tags });
    tags.set('role', 'db');
    expect(solo.table.tags.of('self')?.get('role')).toBe('api');
  });

  it('takes tags up to the limit, and throws above it with nothing changed', () => {
    const solo = new Solo();
    const tagsOf = (length: number) => new Map([['k', 'v'.repeat(length)]]);
    const overheadBytes = 5;
    solo.command({ type: 'set-tags', tags: tagsOf(TAGS_BYTES_MAX - overheadBytes) });
    const before = solo.core.self;
    expect(() => solo.command({ type: 'set-tags', tags: tagsOf(TAGS_BYTES_MAX - overheadBytes + 1) })).toThrow(
      /TAGS_BYTES_MAX/,
    );
    expect(() => solo.command({ type: 'set-tags', tags: new Map([['', 'x']]) })).toThrow(/tags/);
    expect(() => new Solo({ tags: tagsOf(TAGS_BYTES_MAX) })).toThrow(/TAGS_BYTES_MAX/);
    expect(solo.core.self).toBe(before);
  });

  it('goes on in the next generation at the end of the incarnations', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.learn('a', accusation(solo, { generation: 2, incarnation: UINT32_MAX - 1 }));
    expect(solo.core.self.incarnation).toBe(UINT32_MAX);
    solo.command({ type: 'set-tags', tags: new Map([['role', 'api']]) });
    expect(solo.core.self).toMatchObject({ generation: 3, incarnation: 0 });
    expect(solo.table.get('self')).toBe(solo.core.self);
  });
});
