import { describe, expect, it } from 'vitest';
import { isFailed, isWhole, slotShares } from '../redis/cluster-views.mjs';
import { takeReply } from '../redis/resp-client.mjs';

describe('takeReply', () => {
  it.each([
    ['+OK\r\n', 'OK', false, ''],
    [':7\r\n+rest', '7', false, '+rest'],
    ['-ERR no\r\n', 'ERR no', true, ''],
    ['$5\r\na\r\nbc\r\n+', 'a\r\nbc', false, '+'],
    ['$0\r\n\r\n', '', false, ''],
    ['$-1\r\n', '', false, ''],
  ])('reads %j', (received, text, isError, rest) => {
    expect(takeReply(received)).toEqual({ text, isError, rest });
  });

  it.each(['', '+O', '+OK\r', '$5\r\nabc', '$5\r\nabcde\r'])('waits for more of %j', (received) => {
    expect(takeReply(received)).toBeUndefined();
  });
});

describe('what a node says', () => {
  const line = (id, flags) => `${id} 127.0.0.1:1@2 ${flags} - 0 0 1 connected 0-5`;

  it('tells a failure from the suspicion of one', () => {
    const reply = [line('aa', 'master'), line('bb', 'master,fail?'), line('cc', 'master,fail')].join('\n');
    expect(['aa', 'bb', 'cc', 'dd'].map((id) => isFailed(reply, id))).toEqual([false, false, true, false]);
  });

  it('is whole when it is well and knows all', () => {
    const reply = 'cluster_state:ok\r\ncluster_known_nodes:16\r\n';
    expect(isWhole(reply, 16)).toBe(true);
    expect(isWhole(reply, 6)).toBe(false);
    expect(isWhole(reply.replace('ok', 'fail'), 16)).toBe(false);
  });
});

it('gives out every slot once', () => {
  for (const nodeCount of [3, 16, 100]) {
    const shares = slotShares(nodeCount);
    expect(shares[0]?.[0]).toBe(0);
    expect(shares.at(-1)?.[1]).toBe(16_383);
    for (let index = 1; index < nodeCount; index++) expect(shares[index]?.[0]).toBe((shares[index - 1]?.[1] ?? 0) + 1);
  }
});
