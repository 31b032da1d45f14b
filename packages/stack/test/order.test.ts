import { describe, expect, it } from 'vitest';
import { LoneNode, record } from './lone-node.ts';

describe('StackCore, several messages in one packet', () => {
  it('has merged what one message brought before it answers the next', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [
      { protocol: 'store', message: { type: 'push', session: 1, records: [record('x')] } },
      {
        protocol: 'store',
        message: { type: 'items', session: 1, buckets: [{ level: 0, index: 0, fingerprints: [] }] },
      },
    ]);
    // b lists nothing, so it lacks what it has just pushed, and gets it back.
    const pushed = node
      .letters()
      .flatMap(({ wrapped: { protocol, message } }) =>
        protocol === 'store' && message.type === 'push' ? message.records.map(({ key }) => key) : [],
      );
    expect(pushed).toEqual(['x']);
  });
});
