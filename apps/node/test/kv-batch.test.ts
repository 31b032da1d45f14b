import { afterEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

const opened: ApiUnderTest[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});

async function api(): Promise<(lines: readonly (object | string)[]) => Promise<{ status: number; body: unknown }>> {
  const started = await startApi();
  opened.push(started);
  return async (lines) => {
    const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const response = await fetch(`${started.url}/v1/kv`, { method: 'POST', body });
    return { status: response.status, body: await response.json() };
  };
}

describe('POST /v1/kv', () => {
  it('writes and deletes in the order of the lines, and tells each outcome', async () => {
    const write = await api();
    const answer = await write([
      { key: 'a', value: 'one' },
      '',
      { key: 'b', valueBase64: '/w==' },
      { key: 'a', isDeleted: true },
      { key: 'never', isDeleted: true },
    ]);
    expect(answer).toEqual({
      status: 200,
      body: [
        { key: 'a', version: '1.0.self' },
        { key: 'b', version: '2.0.self' },
        { key: 'a', isDeleted: true },
        { key: 'never', isDeleted: false },
      ],
    });
    const [{ node }] = opened as [ApiUnderTest];
    expect([node.store.get('a'), [...(node.store.get('b')?.value ?? [])]]).toEqual([undefined, [255]]);
  });

  it('answers when all of it is durable', async () => {
    const write = await api();
    const [{ node }] = opened as [ApiUnderTest];
    let letGo = (): void => {};
    let isAnswered = false;
    const asked = new Promise<void>((resolveAsked) => {
      node.store.flushed = () => {
        resolveAsked();
        return new Promise((resolve) => {
          letGo = resolve;
        });
      };
    });
    const answer = write([{ key: 'a', value: '1' }]).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    await asked;
    expect([node.store.get('a')?.key, isAnswered]).toEqual(['a', false]);
    letGo();
    expect(await answer).toBe(200);
  });

  it('keeps what comes before a line that is none, and names it', async () => {
    const write = await api();
    const answer = await write([{ key: 'a', value: '1' }, '{"key":', { key: 'b', value: '2' }]);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('line 2');
    const [{ node }] = opened as [ApiUnderTest];
    expect([node.store.get('a')?.key, node.store.get('b')]).toEqual(['a', undefined]);
  });
});
