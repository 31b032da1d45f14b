import { describe, expect, it } from 'vitest';
import type { Packet } from '../src/index.ts';
import { addressOf, claim, GENERATION, LoneNode, rumor } from './lone-node.ts';

const SOURCE = '192.0.2.7:40000';
const STREAM_ADDRESS = '192.0.2.7:7946';

/** Whom the protocols are told that a packet came from: the rumor in it tells, if it is news. */
function senderOf(node: LoneNode, packet: Partial<Packet>, sequence = 1): string | undefined {
  node.clear();
  const { from = 'b', ...rest } = packet;
  const push = { type: 'push', rumors: [rumor('origin', sequence)] } as const;
  node.hear(from, [{ protocol: 'rumor', message: push }], rest, SOURCE);
  return node.eventsOf('rumor-learned')[0]?.from;
}

function nodeThatKnowsB(): LoneNode {
  const node = new LoneNode();
  node.meet('b');
  return node;
}

describe('StackCore, who sent a packet', () => {
  it('is the member by name, wherever its packet came from', () => {
    expect(senderOf(nodeThatKnowsB(), {})).toBe('b');
    expect(senderOf(nodeThatKnowsB(), { address: STREAM_ADDRESS })).toBe('b');
  });

  it('is the member in its next life, of which we have not heard yet', () => {
    expect(senderOf(nodeThatKnowsB(), { generation: GENERATION + 1 })).toBe('b');
  });

  it('is where the answer has to go when that next life is at another address', () => {
    const next = { generation: GENERATION + 1 };
    expect(senderOf(nodeThatKnowsB(), { ...next, address: STREAM_ADDRESS })).toBe(STREAM_ADDRESS);
    expect(senderOf(nodeThatKnowsB(), { ...next, address: addressOf('b') })).toBe('b');
  });

  it('is a stranger when an earlier life of the member speaks: what it left on the way is not its word any more', () => {
    expect(senderOf(nodeThatKnowsB(), { generation: GENERATION - 1 })).toBe(SOURCE);
    expect(senderOf(nodeThatKnowsB(), { generation: GENERATION - 1, address: STREAM_ADDRESS })).toBe(STREAM_ADDRESS);
  });

  it('is a stranger when we do not know the name', () => {
    expect(senderOf(nodeThatKnowsB(), { from: 'c' })).toBe(SOURCE);
  });

  it('is a stranger when it bears our own name: nobody may speak for us to ourselves', () => {
    for (const generation of [GENERATION - 1, GENERATION, GENERATION + 1]) {
      expect(senderOf(nodeThatKnowsB(), { from: 'me', generation })).toBe(SOURCE);
    }
    expect(senderOf(nodeThatKnowsB(), { from: 'me', address: STREAM_ADDRESS })).toBe(STREAM_ADDRESS);
  });

  it('is a stranger on a stream by the address that the packet tells, since the source port says nothing', () => {
    expect(senderOf(nodeThatKnowsB(), { from: 'c', address: STREAM_ADDRESS })).toBe(STREAM_ADDRESS);
  });

  it('is the member again when it comes back in a later life', () => {
    const node = nodeThatKnowsB();
    const reborn = claim('b', { generation: GENERATION + 5 });
    node.hear('friend', [{ protocol: 'swim', message: { type: 'claims', claims: [reborn] } }]);
    expect(senderOf(node, { generation: GENERATION + 4 }, 1)).toBe(SOURCE);
    expect(senderOf(node, { generation: GENERATION + 5 }, 2)).toBe('b');
  });
});

describe('StackCore, where an answer goes', () => {
  const ping = { protocol: 'swim', message: { type: 'ping', sequence: 1, target: 'me', path: 'packet' } } as const;

  it('is to the known address of a member, so that a forged source gets nothing', () => {
    const node = nodeThatKnowsB();
    node.hear('b', [ping], {}, SOURCE);
    expect(node.sends.length).toBeGreaterThan(0);
    expect(node.sends.every(({ to }) => to === addressOf('b'))).toBe(true);
  });

  it('is to the source of a stranger', () => {
    const node = nodeThatKnowsB();
    node.hear('c', [ping], {}, SOURCE);
    expect(node.sends.map(({ to }) => to)).toEqual([SOURCE]);
  });

  it('is to the address that a stranger tells on a stream', () => {
    const node = nodeThatKnowsB();
    const message = { type: 'join', claim: claim('c', { address: STREAM_ADDRESS }) } as const;
    node.hear('c', [{ protocol: 'swim', message }], { address: STREAM_ADDRESS }, SOURCE);
    const replies = node.letters().filter(({ wrapped }) => wrapped.message.type === 'join-reply');
    expect(replies.map(({ to, via }) => [to, via])).toEqual([[STREAM_ADDRESS, 'stream']]);
  });
});
