import { describe, expect, it } from 'vitest';
import { addressOf, claim, GENERATION, LoneNode, rumor } from './lone-node.ts';

describe('StackCore, what fits into no packet', () => {
  it('goes by stream on its own, with our address for the answer', () => {
    const node = new LoneNode();
    node.meet('b');
    const large = rumor('me', 1, { payload: new Uint8Array(5_000) });
    node.command({ type: 'publish', rumor: large });
    node.command({ type: 'publish', rumor: rumor('me', 2) });
    node.hear('b', [{ protocol: 'rumor', message: { type: 'fetch', ids: [large.id] } }]);
    node.advance(5_000);
    const pushes = node.sends.filter(({ message }) => message.messages.some(({ protocol }) => protocol === 'rumor'));
    const [packets, streams] = ['packet', 'stream'].map((via) => pushes.filter((send) => send.via === via));
    expect(streams!.length).toBeGreaterThan(0);
    for (const { to, message } of streams!) {
      expect(to).toBe(addressOf('b'));
      expect(message.address).toBe('10.0.0.1:7946');
      expect(message.messages).toMatchObject([{ protocol: 'rumor', message: { type: 'push', rumors: [large] } }]);
    }
    expect(packets!.length).toBeGreaterThan(0);
    for (const { message } of packets!) expect(message.address).toBe('');
  });

  it('goes by stream too when a peer asks for it: the answer to a small packet may be large', () => {
    const node = new LoneNode();
    node.meet('b');
    node.command({ type: 'store-set', key: 'x', value: new Uint8Array(20_000) });
    node.clear();
    const probe = { type: 'probe', session: 3, depth: 3, count: 0, sum: new Uint8Array(16) } as const;
    node.hear('b', [{ protocol: 'store', message: probe }]);
    const buckets = node
      .letters()
      .flatMap(({ wrapped }) => (wrapped.message.type === 'items' ? wrapped.message.buckets : []));
    node.clear();
    node.hear('b', [{ protocol: 'store', message: { type: 'want', session: 3, buckets } }]);
    const pushes = node.letters().filter(({ wrapped }) => wrapped.message.type === 'push');
    expect(pushes.map(({ to, via, address }) => [to, via, address])).toEqual([
      [addressOf('b'), 'stream', '10.0.0.1:7946'],
    ]);
  });

  it('follows the limit of a packet that was configured', () => {
    const viaOf = (packetBytesMax: number): string[] => {
      const node = new LoneNode({ limits: { packetBytesMax }, rumor: { roundBytesMax: 60_000 } });
      node.meet('b');
      node.command({ type: 'publish', rumor: rumor('me', 1, { payload: new Uint8Array(1_000) }) });
      node.advance(5_000);
      return [...new Set(node.letters().flatMap(({ via, wrapped }) => (wrapped.protocol === 'rumor' ? via : [])))];
    };
    expect(viaOf(1_000)).toEqual(['stream']);
    expect(viaOf(3_000)).toEqual(['packet']);
  });
});

describe('StackCore, who signs a packet', () => {
  it('is this node in the life that it has, also after a refutation raised it', () => {
    const node = new LoneNode();
    node.meet('b');
    const accusation = claim('me', { generation: GENERATION + 3, status: 'dead', accuser: 'b' });
    node.hear('b', [{ protocol: 'swim', message: { type: 'claims', claims: [accusation] } }]);
    expect(node.stack.selfClaim.generation).toBeGreaterThan(GENERATION);
    node.clear();
    node.hear('b', [{ protocol: 'swim', message: { type: 'ping', sequence: 1, target: 'me', path: 'packet' } }]);
    expect(node.sends.map(({ message: { from, generation } }) => [from, generation])).toEqual([
      ['me', node.stack.selfClaim.generation],
    ]);
  });
});

describe('StackCore, news', () => {
  it('is told once in a packet: a round of gossip needs no second helping', () => {
    const node = new LoneNode();
    node.hear('friend', [{ protocol: 'swim', message: { type: 'claims', claims: [claim('b'), claim('c')] } }]);
    node.command({ type: 'publish', rumor: rumor('me', 1) });
    node.advance(1_000);
    const kinds = node.sends.map(({ message }) => message.messages.map(({ message: { type } }) => type));
    expect(kinds.some((types) => types.includes('claims'))).toBe(true);
    expect(kinds.some((types) => types.includes('push'))).toBe(true);
    for (const types of kinds) expect(new Set(types).size).toBe(types.length);
  });
});

describe('StackCore, destinations without an address', () => {
  it('are counted, and what was for them is dropped', () => {
    const swim = { probePeriodMs: 200_000, probeTimeoutMs: 100_000, reapIntervalMs: 5_000 };
    const node = new LoneNode({ swim, membership: { deadRetentionMs: 10_000 } });
    node.meet('b');
    node.command({ type: 'start' });
    // b asks for help and is forgotten before the answer is due.
    const request = { type: 'ping-req', sequence: 1, target: 'c', address: addressOf('c') } as const;
    node.hear('b', [{ protocol: 'swim', message: request }]);
    const death = claim('b', { status: 'dead', accuser: 'c' });
    node.hear('c', [{ protocol: 'swim', message: { type: 'claims', claims: [death] } }]);
    node.advance(40_000);
    expect(node.stack.table.get('b')).toBeUndefined();
    expect(node.stack.unknownDestinationCount).toBe(0);
    node.clear();
    node.advance(100_000);
    expect(node.stack.unknownDestinationCount).toBe(1);
    expect(node.letters().filter(({ to }) => to === 'b' || to === addressOf('b'))).toEqual([]);
  });
});
