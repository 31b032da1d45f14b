import { describe, expect, it } from 'vitest';
import type { StackMessage } from '../src/index.ts';
import { addressOf, claim, LoneNode, record, rumor, WALL_MS } from './lone-node.ts';

const PING: StackMessage = { protocol: 'swim', message: { type: 'ping', sequence: 5, target: 'me', path: 'packet' } };
const otherContent = { session: 9, depth: 2, count: 1, sum: new Uint8Array(16).fill(1) };
/** What anti-entropy says to a node whose content differs from `otherContent`. */
const isAnswer = (type: string): boolean => ['digests', 'items', 'done'].includes(type);

describe('StackCore, incoming messages', () => {
  it('hands a ping to the failure detector, which answers the sender', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [PING]);
    expect(node.letters()).toContainEqual({
      to: addressOf('b'),
      via: 'packet',
      address: '',
      wrapped: { protocol: 'swim', message: { type: 'ack', sequence: 5, path: 'packet' } },
    });
  });

  it('hands a rumor to rumor spreading, whose owner hears of it once', () => {
    const node = new LoneNode();
    node.meet('b');
    const news = rumor('b', 1);
    node.hear('b', [{ protocol: 'rumor', message: { type: 'push', rumors: [news, news] } }]);
    expect(node.events).toEqual([{ type: 'rumor-learned', rumor: news, from: 'b', via: 'spread' }]);
  });

  it.each(['members', 'store'] as const)('hands a probe of the %s to the anti-entropy of that replica', (protocol) => {
    const node = new LoneNode();
    node.meet('b');
    node.command({ type: 'store-set', key: 'x', value: new Uint8Array(1) });
    node.clear();
    node.hear('b', [{ protocol, message: { type: 'probe', ...otherContent } }]);
    const answers = node.letters().filter(({ wrapped }) => isAnswer(wrapped.message.type));
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.every(({ to, wrapped }) => to === addressOf('b') && wrapped.protocol === protocol)).toBe(true);
  });

  it('handles the messages of a packet in their order', () => {
    const node = new LoneNode();
    node.meet('b', 'c');
    const [suspect, alive] = [claim('c', { status: 'suspect', accuser: 'b' }), claim('c', { incarnation: 1 })];
    node.hear('b', [
      { protocol: 'swim', message: { type: 'claims', claims: [suspect] } },
      { protocol: 'rumor', message: { type: 'push', rumors: [rumor('b', 1)] } },
      { protocol: 'swim', message: { type: 'claims', claims: [alive] } },
    ]);
    const expected = ['member-suspected', 'rumor-learned', 'member-recovered'];
    expect(node.events.map(({ type }) => type).filter((type) => expected.includes(type))).toEqual(expected);
  });

  it('does nothing for a packet without messages', () => {
    const node = new LoneNode();
    node.hear('stranger', []);
    expect([node.sends, node.events, node.stack.table.recordCount]).toEqual([[], [], 1]);
  });

  it('answers all that one packet asks in one packet', () => {
    const node = new LoneNode();
    node.meet('b');
    node.advance(60_000); // Nothing is left to be told by the way.
    node.clear();
    node.hear('b', [PING, { protocol: 'store', message: { type: 'probe', ...otherContent } }, PING]);
    const types = node.letters().map(({ wrapped }) => wrapped.message.type);
    expect(node.sends).toHaveLength(1);
    expect(types.filter((type) => type === 'ack')).toHaveLength(2);
    expect(types.some(isAnswer)).toBe(true);
  });
});

describe('StackCore, commands and timers', () => {
  it('starts every protocol that works by itself', () => {
    const node = new LoneNode();
    expect(node.pendingProtocols()).toEqual([]);
    node.command({ type: 'start' });
    expect(node.pendingProtocols()).toEqual(['members', 'rumor-log', 'state', 'store', 'store-keeper', 'swim']);
  });

  it('hands each timer back to the protocol that asked for it', () => {
    // Pings so rare that anti-entropy has to probe by itself.
    const node = new LoneNode({ swim: { probePeriodMs: 10_000 } });
    node.meet('b');
    node.command({ type: 'start' });
    node.command({ type: 'publish', rumor: rumor('me', 1) });
    expect(node.pendingProtocols()).toEqual([
      'members',
      'rumor',
      'rumor-log',
      'state',
      'store',
      'store-keeper',
      'swim',
    ]);
    node.advance(20_000);
    const said = new Set(node.letters().map(({ wrapped }) => `${wrapped.protocol} ${wrapped.message.type}`));
    expect([...said]).toEqual(
      expect.arrayContaining(['swim ping', 'rumor push', 'members probe', 'store probe', 'state digest']),
    );
  });

  it('shows what its replicas come to on every ping, so that equal ones cost no packet', () => {
    const node = new LoneNode();
    node.meet('b');
    node.command({ type: 'start' });
    node.advance(10_000);
    const sent = node.sends.map(({ message }) => message.messages.map(({ message: { type } }) => type));
    // A ping by stream travels alone, after one by packet was not answered.
    const withPing = sent.filter((types, index) => types.includes('ping') && node.sends[index]?.via === 'packet');
    expect(withPing.length).toBeGreaterThan(1);
    expect(withPing.filter((types) => !types.includes('root'))).toEqual([]);
  });

  it('shows each root to a member whose root differs, in the packet of the answer, and is silent when it is equal', () => {
    const node = new LoneNode();
    node.meet('b');
    node.command({ type: 'start' });
    node.advance(1_000);
    const shown = node.letters().flatMap(({ wrapped }) => (wrapped.protocol === 'root' ? [wrapped.message] : []))[0]!;
    expect(shown.salt).toBeLessThan(16_384);
    const ping = {
      protocol: 'swim',
      message: { type: 'ping', sequence: 1, target: 'me', path: 'packet' },
    } as const;
    const said = (from: string, message: typeof shown): string[] => {
      node.clear();
      node.hear(from, [ping, { protocol: 'root', message }]);
      return node.sends.map(({ message: { messages } }) => messages.map(({ message: { type } }) => type).join(' '));
    };
    expect(said('b', shown)).toEqual(['ack']);
    expect(said('b', { ...shown, salt: shown.salt ^ 1 })).toEqual(['ack roots']);
    expect(said('b', { ...shown, root: shown.root ^ 1 })).toEqual(['ack roots']);
    // One number stands for all replicas: a change in any of them shows.
    node.command({ type: 'store-set', key: 'k', value: new Uint8Array(1) });
    expect(said('b', shown)).toEqual(['ack roots']);
  });

  it('compares the roots of members with its own, and asks who differs', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [{ protocol: 'roots', message: { type: 'roots', salt: 3, members: 0, store: 0 } }]);
    const asked = node.letters().map(({ wrapped }) => `${wrapped.protocol} ${wrapped.message.type}`);
    expect(asked).toEqual(expect.arrayContaining(['members probe', 'store probe']));
    node.clear();
    node.hear('stranger', [{ protocol: 'roots', message: { type: 'roots', salt: 3, members: 0, store: 0 } }]);
    expect(node.sends).toEqual([]);
  });

  it('shows its roots to a stranger that pings it, and to no other', () => {
    const node = new LoneNode();
    const roots = { protocol: 'roots', message: { type: 'roots', salt: 3, members: 0, store: 0 } } as const;
    const ping = { protocol: 'swim', message: { type: 'ping', sequence: 1, target: 'me', path: 'packet' } } as const;
    const answer = (): string[] => {
      const types = node.letters().map(({ to, wrapped }) => `${wrapped.message.type} to ${to}`);
      node.clear();
      return types;
    };
    node.hear('stranger', [ping, roots], {}, '10.0.0.9:1');
    expect(answer()).toEqual(['ack to 10.0.0.9:1', 'roots to 10.0.0.9:1']);
    node.hear('stranger', [roots], {}, '10.0.0.9:1');
    expect(answer()).toEqual([]);
    node.meet('b');
    node.clear();
    node.hear('b', [ping]);
    expect(answer()).not.toContain('roots to 10.0.0.2:7946');
    node.command({ type: 'leave' });
    node.clear();
    node.hear('stranger', [ping], {}, '10.0.0.9:1');
    expect(answer().filter((text) => text.startsWith('roots'))).toEqual([]);
  });

  it('asks seeds to be let in, by stream and with the address to answer to', () => {
    const node = new LoneNode();
    node.command({ type: 'join', seeds: ['10.0.0.9:1', '10.0.0.8:1'] });
    expect(node.letters().map(({ to, via, address, wrapped }) => [to, via, address, wrapped.message.type])).toEqual([
      ['10.0.0.9:1', 'stream', '10.0.0.1:7946', 'join'],
      ['10.0.0.8:1', 'stream', '10.0.0.1:7946', 'join'],
    ]);
  });

  it('changes its tags and its status by the failure detector', () => {
    const node = new LoneNode();
    node.command({ type: 'set-tags', tags: new Map([['zone', 'x']]) });
    expect(node.stack.table.tags.of('me')).toEqual(new Map([['zone', 'x']]));
    expect(node.stack.table.get('me')).toEqual(node.stack.selfClaim);
    node.command({ type: 'leave' });
    expect(node.stack.selfClaim.status).toBe('left');
    expect(node.eventsOf('left')).toHaveLength(1);
  });

  it('tells its owner what it publishes, like everything that it learns', () => {
    const node = new LoneNode();
    node.command({ type: 'publish', rumor: rumor('me', 1) });
    expect(node.events).toEqual([
      { type: 'rumor-learned', rumor: { ...rumor('me', 1), publishedAtMs: WALL_MS }, from: undefined, via: 'spread' },
    ]);
  });

  it('writes and deletes at once, and tells its owner', () => {
    const node = new LoneNode();
    node.command({ type: 'store-set', key: 'x', value: new Uint8Array([1]) });
    node.command({ type: 'store-delete', key: 'x' });
    node.command({ type: 'store-delete', key: 'x' });
    const changes = node.eventsOf('store-changed');
    expect(changes.map(({ record: { key, kind, origin }, from }) => [key, kind, origin, from])).toEqual([
      ['x', 'set', 'me', undefined],
      ['x', 'delete', 'me', undefined],
    ]);
    expect(node.events).toHaveLength(2);
    expect(node.stack.store.read('x')).toBeUndefined();
  });

  it('stamps writes with the wall time that it was told last', () => {
    const node = new LoneNode();
    node.advance(50);
    node.command({ type: 'store-set', key: 'x', value: new Uint8Array(0) });
    expect(node.stack.store.read('x')?.stamp.wallMs).toBe(WALL_MS + 50);
    node.command({ type: 'wall-clock', wallMs: WALL_MS + 9_000 });
    node.advance(7);
    node.command({ type: 'store-set', key: 'y', value: new Uint8Array(0) });
    expect(node.stack.store.read('y')?.stamp.wallMs).toBe(WALL_MS + 9_007);
  });

  it('throws what the store throws to the writer, and goes on unharmed', () => {
    const node = new LoneNode();
    node.meet('b');
    expect(() => node.command({ type: 'store-set', key: '', value: new Uint8Array(0) })).toThrow(
      expect.objectContaining({ code: 'ERR_KEY' }),
    );
    expect(() => node.command({ type: 'set-tags', tags: new Map([['k', 'v'.repeat(5_000)]]) })).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_LARGE' }),
    );
    expect([node.events, node.sends]).toEqual([[], []]);
    node.hear('b', [{ protocol: 'store', message: { type: 'push', session: 1, records: [record('x')] } }]);
    expect(node.eventsOf('store-changed')).toHaveLength(1);
  });
});
