import type { Claim } from '@hearsay/membership';
import type { StoreRecord } from '@hearsay/store';
import { describe, expect, it } from 'vitest';
import type { StackMessage } from '../src/index.ts';
import { addressOf, claim, GENERATION, LoneNode, record, rumor, WALL_MS } from './lone-node.ts';

const claimsPushed = (...records: readonly Claim[]): StackMessage => ({
  protocol: 'members',
  message: { type: 'push', session: 1, records },
});
const recordsPushed = (...records: readonly StoreRecord[]): StackMessage => ({
  protocol: 'store',
  message: { type: 'push', session: 1, records },
});
const joinReply = (...claims: readonly Claim[]): StackMessage => ({
  protocol: 'swim',
  message: { type: 'join-reply', claims },
});

describe('StackCore, joining', () => {
  it('asks the seed for all replicas at once, instead of waiting for its turn', () => {
    const node = new LoneNode();
    node.command({ type: 'join', seeds: [addressOf('b')] });
    node.clear();
    node.hear('b', [joinReply(claim('b'), claim('c'))], { address: addressOf('b') });
    expect(node.eventsOf('joined')).toMatchObject([{ memberCount: 3 }]);
    const probes = node.letters().filter(({ wrapped }) => wrapped.message.type === 'probe');
    expect(probes.map(({ to, wrapped }) => [to, wrapped.protocol])).toEqual([
      [addressOf('b'), 'members'],
      [addressOf('b'), 'store'],
      [addressOf('b'), 'rumor-log'],
    ]);
  });

  it('asks only the seed that answered first', () => {
    const node = new LoneNode();
    node.command({ type: 'join', seeds: [addressOf('b'), addressOf('c')] });
    node.hear('b', [joinReply(claim('b'))], { address: addressOf('b') });
    node.clear();
    node.hear('c', [joinReply(claim('c'))], { address: addressOf('c') });
    expect(node.eventsOf('joined')).toEqual([]);
    expect(node.letters().filter(({ wrapped }) => wrapped.protocol === 'store')).toEqual([]);
  });

  it('tells the owner when that session is over, and of which replica it was', () => {
    const node = new LoneNode();
    node.command({ type: 'join', seeds: [addressOf('b')] });
    node.hear('b', [joinReply(claim('b'))], { address: addressOf('b') });
    const probe = node
      .letters()
      .flatMap(({ wrapped }) =>
        wrapped.protocol === 'store' && wrapped.message.type === 'probe' ? wrapped.message : [],
      )[0]!;
    node.clear();
    const place = { request: probe.request!, part: 1, end: 'complete' } as const;
    node.hear('b', [{ protocol: 'store', message: { type: 'equal', session: probe.session, ...place } }]);
    expect(node.eventsOf('reconciled')).toMatchObject([{ replica: 'store', sentCount: 0, receivedCount: 0 }]);
  });
});

describe('StackCore, claims found by anti-entropy', () => {
  it('are believed and told to the owner as if they had been gossiped', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [claimsPushed(claim('c'), claim('b', { status: 'dead', accuser: 'c' }))]);
    expect(node.eventsOf('member-joined').map((event) => event.claim.name)).toEqual(['c']);
    expect(node.eventsOf('member-failed').map((event) => event.claim.name)).toEqual(['b']);
    expect(node.stack.table.get('c')?.status).toBe('alive');
    // The event of anti-entropy itself is between the protocols.
    expect(node.events.map(({ type }) => type)).not.toContain('records-received');
  });

  it('are spread further by gossip', () => {
    const node = new LoneNode();
    node.meet('b');
    node.advance(60_000);
    node.clear();
    node.hear('b', [claimsPushed(claim('c'))]);
    node.advance(60_000);
    const told = node
      .letters()
      .flatMap(({ wrapped }) => (wrapped.message.type === 'claims' ? wrapped.message.claims : []));
    expect(told.map(({ name }) => name)).toContain('c');
  });

  it('are refuted when they accuse us', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [claimsPushed({ ...node.stack.selfClaim, status: 'dead', accuser: 'c' })]);
    expect(node.eventsOf('refuted')).toMatchObject([{ accusation: { status: 'dead', accuser: 'c' } }]);
    expect(node.stack.selfClaim).toMatchObject({ status: 'alive', incarnation: 1 });
    expect(node.stack.table.get('me')).toEqual(node.stack.selfClaim);
  });

  it('are refused when they are not plausible, and the owner is told by whom they came', () => {
    const node = new LoneNode();
    node.meet('b');
    const digest = node.stack.digests.members;
    node.hear('b', [claimsPushed(claim('c', { generation: 2 * GENERATION }), claim('d', { address: 'nowhere' }))]);
    expect(node.eventsOf('claim-refused').map(({ from }) => from)).toEqual(['b', 'b']);
    expect(node.stack.digests.members).toBe(digest);
  });
});

describe('StackCore, records of the store', () => {
  it('are merged, and the owner is told what changed and by whom', () => {
    const node = new LoneNode();
    node.meet('b');
    const written = record('x', { value: new Uint8Array([7]) });
    node.hear('b', [recordsPushed(written)]);
    expect(node.events).toEqual([{ type: 'store-changed', record: written, from: 'b' }]);
    expect(node.stack.store.read('x')?.value).toEqual(new Uint8Array([7]));
  });

  it('are no news the second time, nor when they are older', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [recordsPushed(record('x'))]);
    node.clear();
    node.hear('b', [recordsPushed(record('x'), record('x', { stamp: { wallMs: WALL_MS - 1, counter: 0 } }))]);
    expect(node.events).toEqual([]);
  });

  it('delete what they are tombstones of', () => {
    const node = new LoneNode();
    node.meet('b');
    node.command({ type: 'store-set', key: 'x', value: new Uint8Array(1) });
    const stamp = { wallMs: WALL_MS + 1, counter: 0 };
    node.hear('b', [recordsPushed(record('x', { kind: 'delete', stamp, value: new Uint8Array(0) }))]);
    expect(node.stack.store.read('x')).toBeUndefined();
    expect(node.eventsOf('store-changed').at(-1)?.record.kind).toBe('delete');
  });

  it('are refused from a clock that is too far ahead, and the others of the same message are not', () => {
    const node = new LoneNode({ limits: { clockSkewMsMax: 1_000 } });
    node.meet('b');
    const ahead = record('ahead', { stamp: { wallMs: WALL_MS + 1_001, counter: 0 } });
    const within = record('within', { stamp: { wallMs: WALL_MS + 1_000, counter: 0 } });
    node.hear('b', [recordsPushed(ahead, within)]);
    expect(node.events).toEqual([
      { type: 'record-refused', key: 'ahead', reason: 'clock-skew', from: 'b' },
      { type: 'store-changed', record: within, from: 'b' },
    ]);
    expect(node.stack.store.get('ahead')).toBeUndefined();
  });

  it('are judged by the wall time of now, not of the start', () => {
    const node = new LoneNode({ limits: { clockSkewMsMax: 1_000 } });
    node.meet('b');
    const ahead = record('x', { stamp: { wallMs: WALL_MS + 1_001, counter: 0 } });
    node.advance(1);
    node.hear('b', [recordsPushed(ahead)]);
    expect(node.eventsOf('store-changed')).toHaveLength(1);
  });

  it('change the digest of the store and nothing else; equal contents have equal digests', () => {
    const [one, other] = [new LoneNode(), new LoneNode()];
    for (const node of [one, other]) node.meet('b');
    const members = one.stack.digests.members;
    expect(one.stack.digests).toEqual(other.stack.digests);
    one.hear('b', [recordsPushed(record('x'), record('y'))]);
    expect(one.stack.digests.store).not.toBe(other.stack.digests.store);
    expect(one.stack.digests.members).toBe(members);
    other.hear('b', [recordsPushed(record('y'), record('x'))]);
    expect(one.stack.digests).toEqual(other.stack.digests);
  });
});

describe('StackCore, the log of rumors', () => {
  /** Long enough ago that spreading has had its time. */
  const heard = rumor('b', 1, { publishedAtMs: WALL_MS - 10_000 });
  const rootsOf = (node: LoneNode) =>
    node.letters().flatMap(({ wrapped }) => (wrapped.protocol === 'roots' ? [wrapped.message] : []));
  const probesOf = (node: LoneNode) =>
    node.letters().filter(({ wrapped }) => wrapped.protocol === 'rumor-log' && wrapped.message.type === 'probe');
  const roots = (rumors?: number): StackMessage => ({
    protocol: 'roots',
    message: { type: 'roots', salt: 3, members: 0, store: 0, ...(rumors === undefined ? {} : { rumors }) },
  });

  it('shows its root, also while it is empty', () => {
    const node = new LoneNode();
    node.meet('b');
    const other: StackMessage = { protocol: 'root', message: { type: 'root', salt: 1, root: 1 } };
    node.hear('b', [other]);
    expect(rootsOf(node).length).toBeGreaterThan(0);
    expect(rootsOf(node).every(({ rumors }) => rumors !== undefined)).toBe(true);
    node.clear();
    node.hear('b', [{ protocol: 'rumor', message: { type: 'push', rumors: [heard] } }, other]);
    expect(rootsOf(node).length).toBeGreaterThan(0);
    expect(rootsOf(node).every(({ rumors }) => rumors !== undefined)).toBe(true);
  });

  it('is compared with what a member shows, and with nothing when it shows none', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [roots()]);
    expect(probesOf(node)).toHaveLength(0);
    node.hear('b', [roots(7)]);
    expect(probesOf(node)).toHaveLength(1);
  });

  it('gives the owner what a peer has logged, once', () => {
    const node = new LoneNode();
    node.meet('b');
    const pushed: StackMessage = { protocol: 'rumor-log', message: { type: 'push', session: 1, records: [heard] } };
    node.hear('b', [pushed, pushed]);
    expect(node.events).toEqual([{ type: 'rumor-learned', rumor: heard, from: 'b', via: 'log' }]);
    expect(node.stack.rumors.hotCount).toBe(0);
    const other = new LoneNode();
    other.hear('b', [pushed]);
    expect(other.stack.digests.rumors).toBe(node.stack.digests.rumors);
  });
});
