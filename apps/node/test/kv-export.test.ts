import { afterEach, describe, expect, it } from 'vitest';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

const opened: ApiUnderTest[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});

describe('GET /v1/export', () => {
  it('waits for the client as often as it takes, and leaves no listener behind', async () => {
    const api = await startApi();
    opened.push(api);
    const warnings: Error[] = [];
    const note = (warning: Error): number => warnings.push(warning);
    process.on('warning', note);
    const entryCount = 100;
    for (let nth = 0; nth < entryCount; nth++) api.node.store.set(`k${nth}`, 'x'.repeat(65_536));
    const body = await (await fetch(`${api.url}/v1/export`)).text();
    process.off('warning', note);
    expect(body.split('\n')).toHaveLength(entryCount + 1);
    expect(warnings).toEqual([]);
  });
});
