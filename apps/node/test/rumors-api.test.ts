/** Many rumors in one request. */
import { afterEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

const started: ApiUnderTest[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

async function api(): Promise<ApiUnderTest> {
  const one = await startApi();
  started.push(one);
  return one;
}

async function errorOf(response: Response): Promise<{ status: number; message?: string; doneCount?: number }> {
  const { error } = (await response.json()) as { error: { message: string; doneCount?: number } };
  return { status: response.status, ...error };
}

describe('many rumors at once', () => {
  const post = (url: string, lines: readonly (object | string)[]): Promise<Response> =>
    fetch(`${url}/v1/rumors`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
      body: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    });

  it('are published in the order of their lines, and counted', async () => {
    const { node, url } = await api();
    const response = await post(url, [
      { topic: 'a', payload: 'é' },
      '',
      { topic: 'b', payloadBase64: '/wA=', priority: 'bulk' },
      '',
    ]);
    expect(await response.json()).toEqual({ count: 2 });
    expect(node.calls).toEqual(['publish a c3a9 normal', 'publish b ff00 bulk']);
    expect(await (await post(url, [])).json()).toEqual({ count: 0 });
  });

  it('are all refused when a line is none, and its number is told', async () => {
    const { node, url } = await api();
    const response = await post(url, [{ topic: 'a' }, { topic: '' }]);
    expect(await response.json()).toEqual({
      error: { code: 'ERR_HTTP_BODY', message: expect.stringMatching(/^line 2: topic: is empty/), doneCount: 0 },
    });
    expect(await errorOf(await post(url, ['{']))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^line 1/),
    });
    expect(await errorOf(await post(url, [{ topic: 'a', wait: true }]))).toMatchObject({ status: 400 });
    expect(node.calls).toEqual([]);
  });

  it('tell how many were published before the node refused one', async () => {
    const { node, url } = await api();
    const response = await post(url, [{ topic: 'a' }, { topic: 'refused' }, { topic: 'c' }]);
    expect([response.status, (await errorOf(response)).doneCount]).toEqual([400, 1]);
    expect(node.calls).toEqual(['publish a  normal']);
  });

  it('wait for room, and tell how many had room when none came', async () => {
    const { node, url, client } = await api();
    node.room.count = 2;
    const response = await post(url, [{ topic: 'a' }, { topic: 'b' }, { topic: 'c' }]);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await errorOf(response)).toMatchObject({ code: 'ERR_HTTP_BUSY', doneCount: 2 });
    expect(node.calls).toEqual(['publish a  normal', 'publish b  normal']);
    await expect(client.publish('d', new Uint8Array(), { priority: 'bulk' })).rejects.toMatchObject({
      status: 503,
      code: 'ERR_HTTP_BUSY',
    });
    await expect(client.publishMany([JSON.stringify({ topic: 'e' })])).rejects.toMatchObject({ doneCount: 0 });
  });
});
