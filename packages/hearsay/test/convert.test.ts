import { aliveClaim, type Claim } from '@hearsay/membership';
import type { StackEvent } from '@hearsay/stack';
import { describe, expect, it } from 'vitest';
import { nodeEvent } from '../src/convert.ts';
import { memberSnapshot, type Noticed, storeEntry } from '../src/snapshots.ts';

const claim = aliveClaim({
  name: 'b',
  address: '10.0.0.2:7946',
  generation: 5,
  incarnation: 2,
  status: 'suspect',
  zone: 'east',
  accuser: 'c',
});
const noticed: Noticed = {
  isSelf: false,
  isDamped: false,
  rttMs: 1.5,
  sinceWallMs: 86_400_000,
  tags: new Map([['role', 'x']]),
  evidence: undefined,
};
const snapshotOf = (of: Claim) => memberSnapshot(of, noticed);
/** Only the fields that matter here: what else an event of the stack may carry is not for the application. */
const told = (event: object) => nodeEvent(event as StackEvent, snapshotOf);

describe('nodeEvent', () => {
  it.each(['member-joined', 'member-updated', 'member-recovered', 'member-left'] as const)(
    'tells of %s with the member',
    (type) => {
      expect(told({ type, claim })).toEqual({ type, member: snapshotOf(claim) });
    },
  );

  it('tells of a conflict of names with both addresses', () => {
    const other = { ...claim, address: '10.0.0.9:7946' };
    expect(told({ type: 'name-conflict', held: claim, other })).toEqual({
      type: 'name-conflict',
      name: 'b',
      addresses: ['10.0.0.2:7946', '10.0.0.9:7946'],
    });
  });

  it('tells of a refutation with who accused us and where we stand now', () => {
    const grounds = { helperCount: 3, nackCount: 1, hasTriedStream: true, localHealth: 2 };
    const accusation = { ...claim, grounds };
    expect(told({ type: 'refuted', claim: { ...claim, incarnation: 3 }, accusation })).toEqual({
      type: 'refuted',
      accuser: 'c',
      accusedOf: 'suspect',
      tried: { helpers: 3, nacks: 1, stream: 'failed', localHealth: 2 },
      incarnation: 3,
    });
  });

  it('tells of a rumor without who pushed it: that is chance', () => {
    const payload = new Uint8Array([1]);
    const id = { origin: 'b', generation: 5, sequence: 7 };
    expect(
      told({
        type: 'rumor-learned',
        rumor: { id, topic: 't', payload, priority: 'bulk', publishedAtMs: 9, key: 'k' },
        from: 'c',
        via: 'log',
      }),
    ).toEqual({
      type: 'rumor',
      id: 'b:5:7',
      topic: 't',
      origin: 'b',
      priority: 'bulk',
      payload,
      publishedAtMs: 9,
      key: 'k',
      via: 'log',
    });
  });

  it('tells of a change in the store without its value, which may be large', () => {
    const record = { key: 'k', stamp: { wallMs: 9, counter: 1 }, origin: 'b', value: new Uint8Array(0) } as const;
    const event = { type: 'store-changed', key: 'k', version: '9.1.b', origin: 'b' };
    expect(told({ type: 'store-changed', record: { ...record, kind: 'set' }, from: 'c' })).toEqual({
      ...event,
      isDeleted: false,
    });
    expect(told({ type: 'store-changed', record: { ...record, kind: 'delete' }, from: undefined })).toEqual({
      ...event,
      isDeleted: true,
    });
  });

  it('tells of everything refused in one way', () => {
    expect(told({ type: 'claim-refused', reason: 'generation-ahead', from: 'b' })).toEqual({
      type: 'refused',
      from: 'b',
      reason: 'generation-ahead',
    });
    expect(told({ type: 'record-refused', key: 'k', reason: 'clock-skew', from: 'b' })).toEqual({
      type: 'refused',
      from: 'b',
      reason: 'clock-skew',
    });
  });

  it('passes on what is for the application as it is', () => {
    for (const event of [
      { type: 'joined', seed: 'b', memberCount: 2 },
      { type: 'join-retried', seeds: ['10.0.0.2:7946'], attempt: 2, delayMs: 5 },
      { type: 'left' },
      { type: 'profile-differs', name: 'b', profile: 'redis' },
    ] as const) {
      expect(told(event)).toEqual(event);
    }
  });

  it('keeps what only feeds metrics', () => {
    expect(told({ type: 'reconciled', replica: 'store', peer: 'b', sentCount: 0, receivedCount: 0 })).toBeUndefined();
  });
});

describe('memberSnapshot', () => {
  it('is plain data, frozen, and apart from what it was made of', () => {
    const snapshot = snapshotOf(claim);
    expect(snapshot).toMatchObject({ name: 'b', status: 'suspect', accuser: 'c', rttMs: 1.5, isSelf: false });
    expect(snapshot.since).toBe('1970-01-02T00:00:00.000Z');
    expect(snapshot.tags).toEqual({ role: 'x' });
    expect(snapshot.zone).toBe('east');
    expect(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.tags)).toBe(true);
  });

  it('has no accuser when the member spoke for itself', () => {
    expect(snapshotOf({ ...claim, status: 'alive', accuser: '' }).accuser).toBeUndefined();
  });

  it('keeps tags with names that objects know', () => {
    const { tags } = memberSnapshot(claim, { ...noticed, tags: new Map([['__proto__', 'x']]) });
    expect(Object.entries(tags ?? {})).toEqual([['__proto__', 'x']]);
  });
});

describe('storeEntry', () => {
  it('copies the value', () => {
    const value = new Uint8Array([1]);
    const entry = storeEntry({ key: 'k', stamp: { wallMs: 9, counter: 1 }, origin: 'b', kind: 'set', value });
    entry.value.fill(9);
    expect(value).toEqual(new Uint8Array([1]));
    expect(entry).toMatchObject({ key: 'k', version: '9.1.b', origin: 'b' });
  });
});
