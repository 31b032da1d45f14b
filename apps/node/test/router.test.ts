import { describe, expect, it } from 'vitest';
import { HttpError } from '../src/http/http-error.ts';
import { REST, Router } from '../src/http/router.ts';

const handle = () => ({ status: 200 });
const router = new Router([
  { method: 'GET', path: '/v1/kv', handle },
  { method: 'GET', path: `/v1/kv${REST}`, handle },
  { method: 'PUT', path: `/v1/kv${REST}`, handle },
]);

function refusal(method: string, path: string): HttpError {
  try {
    router.find(method, path);
  } catch (error) {
    if (error instanceof HttpError) return error;
  }
  throw new Error('not refused');
}

describe('the router', () => {
  it.each([
    ['/v1/kv', '/v1/kv', ''],
    ['/v1/kv/', '/v1/kv/{rest}', ''],
    ['/v1/kv/a%2Fb', '/v1/kv/{rest}', 'a/b'],
    ['/v1/kv/a/b/', '/v1/kv/{rest}', 'a/b/'],
    ['/v1/kv/%2E%2E', '/v1/kv/{rest}', '..'],
    ['/v1/kv/%25', '/v1/kv/{rest}', '%'],
  ])('finds %s', (path, pattern, rest) => {
    const found = router.find('GET', path);
    expect([found.route.path, found.rest]).toEqual([pattern, rest]);
  });

  it('tells a wrong path from a wrong method', () => {
    expect(refusal('GET', '/v1/kvs').status).toBe(404);
    expect(refusal('GET', '/').status).toBe(404);
    expect(refusal('DELETE', '/v1/kv')).toMatchObject({ status: 405, headers: { allow: 'GET' } });
    expect(refusal('PUT', '/v1/kv')).toMatchObject({ status: 405 });
    expect(refusal('DELETE', '/v1/kv/x')).toMatchObject({ status: 405, headers: { allow: 'GET, PUT' } });
  });
});
