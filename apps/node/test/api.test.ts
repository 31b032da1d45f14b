import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RefusedError } from '../src/client/agent-client.ts';
import { BODY_BYTES_MAX } from '../src/http/body.ts';
import { Guard } from '../src/http/guard.ts';
import { HttpServer } from '../src/http/http-server.ts';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

const open: ApiUnderTest[] = [];
async function api(options: Parameters<typeof startApi>[0] = {}): Promise<ApiUnderTest> {
  const started = await startApi(options);
  open.push(started);
  return started;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((started) => started.close()));
});

/** Sends a request with a path or headers that fetch would not let through. */
function send(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = rawRequest({ hostname, port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject).end();
  });
}

async function errorOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const body = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, ...body.error };
}

describe('the node over HTTP', () => {
  it('shows its status and members, with null for a round trip that was never measured', async () => {
    const { client, url } = await api();
    expect((await client.status()).digests).toEqual({ members: 'aa', store: 'bb', state: 'cc', rumors: 'dd' });
    const members = (await (await fetch(`${url}/v1/members`)).json()) as { name: string; rttMs: unknown }[];
    expect(members.map(({ name, rttMs }) => [name, rttMs])).toEqual([
      ['self', null],
      ['peer', 1.25],
    ]);
  });

  it('pings and force-leaves members by name, and says 404 for a name that nobody has', async () => {
    const { client, node, url } = await api();
    expect(await client.ping('peer')).toEqual({ name: 'peer', path: 'packet', rttMs: 0.25 });
    expect(await client.ping('self')).toEqual({ name: 'self', path: null, rttMs: null });
    expect(await client.forceLeave('peer')).toMatchObject({ name: 'peer' });
    await expect(client.ping('nobody')).rejects.toMatchObject({ status: 404, code: 'ERR_MEMBER' });
    await expect(client.forceLeave('nobody')).rejects.toMatchObject({ status: 404, code: 'ERR_MEMBER' });
    await expect(client.forceLeave('self')).rejects.toMatchObject({ status: 409, code: 'ERR_SELF' });
    expect((await fetch(`${url}/v1/ping`, { method: 'POST', body: '{}' })).status).toBe(400);
    expect(node.calls).not.toContain('force-leave self');
  });

  it('joins, and says 502 when no seed answers and 400 when an address is none', async () => {
    const { client, node } = await api();
    expect(await client.join(['10.0.0.2:7946'])).toEqual({ memberCount: 2 });
    await expect(client.join(['192.0.2.1:1'])).rejects.toMatchObject({
      status: 502,
      code: 'ERR_JOIN',
      message: 'no answer',
    });
    await expect(client.join(['nonsense'])).rejects.toMatchObject({ status: 400, code: 'ERR_HTTP_BODY' });
    await expect(client.join([])).rejects.toMatchObject({ status: 400 });
    expect(node.calls).toEqual(['join 10.0.0.2:7946', 'join 192.0.2.1:1']);
  });

  it('leaves', async () => {
    const { client, node } = await api();
    expect(await client.leave()).toEqual({ status: 'left' });
    expect(node.calls).toEqual(['leave']);
  });

  it('publishes rumors given as text or as base64, and refuses both at once', async () => {
    const { node, url } = await api();
    const post = (body: object): Promise<Response> =>
      fetch(`${url}/v1/rumors`, { method: 'POST', body: JSON.stringify(body) });
    expect(await (await post({ topic: 'news', payload: 'hé' })).json()).toEqual({ id: 'self:1700000000:1' });
    await post({ topic: 'news', payloadBase64: '/wA=', priority: 'bulk' });
    expect(node.calls).toEqual(['publish news 68c3a9 normal', 'publish news ff00 bulk']);
    expect(await errorOf(await post({ topic: 'news', payload: 'a', payloadBase64: '' }))).toMatchObject({
      status: 400,
    });
    expect((await errorOf(await post({ topic: '', priority: 'loud' }))).message).toMatch(/topic: .*; priority: /);
    expect(await errorOf(await fetch(`${url}/v1/rumors`, { method: 'POST', body: '{' }))).toMatchObject({
      status: 400,
      message: 'the body is not JSON',
    });
  });
});

describe('keys and values', () => {
  it.each(['plain', 'a/b', 'a%2Fb', '..', 'ключ', 'a?b#c', ' '])(
    'keeps the key %j and raw bytes as they are',
    async (key) => {
      const { client } = await api();
      const value = Uint8Array.of(0, 255, 13, 10);
      const { version } = await client.write(key, value);
      expect(await client.read(key)).toEqual({ value: Buffer.from(value), version, origin: 'self' });
      expect((await client.list({ prefix: '', limit: 10, after: undefined })).map((entry) => entry.key)).toEqual([key]);
    },
  );

  it('takes slashes of a key as they are, too', async () => {
    const { client, url } = await api();
    await client.write('flags/dark-mode', Buffer.from('on'));
    expect((await send(url, '/v1/kv/flags/dark-mode')).body).toBe('on');
  });

  it('has node state of all members, and writes its own', async () => {
    const { client, url } = await api();
    expect(await client.setState('a/b', 'Zürich')).toEqual({ origin: 'self', key: 'a/b', version: 1 });
    const read = await fetch(`${url}/v1/state/a/b`);
    expect([await read.text(), read.headers.get('etag'), read.headers.get('hearsay-origin')]).toEqual([
      'Zürich',
      '"1"',
      'self',
    ]);
    expect(await client.state('load', 'peer')).toEqual({ origin: 'peer', key: 'load', value: '0.7', version: 3 });
    expect(await client.states({ origin: 'self', prefix: undefined })).toHaveLength(1);
    const binary = await fetch(`${url}/v1/state/x`, { method: 'PUT', body: Uint8Array.of(255) });
    expect(await errorOf(binary)).toMatchObject({ status: 400, code: 'ERR_HTTP_BODY' });
    await expect(client.setState('k'.repeat(129), '')).rejects.toMatchObject({ status: 400, code: 'ERR_KEY' });
    await client.deleteState('a/b');
    await expect(client.deleteState('a/b')).rejects.toMatchObject({ status: 404, code: 'ERR_KEY_UNKNOWN' });
    await expect(client.state('x', 'peer')).rejects.toThrow('"x" is not in the state of "peer"');
  });

  it('tells who owns a key, and takes what the node says of itself', async () => {
    const { client, node, url } = await api();
    expect(await client.owners('a/b ü', 1)).toEqual({
      key: 'a/b ü',
      token: '-42',
      owners: ['self'],
      pending: [],
      slot: 12_182,
      slotOwner: null,
    });
    expect(await client.claimSlots('0-5460')).toEqual([{ name: 'self', epoch: 1, slots: '0-5460' }]);
    await expect(client.claimSlots('x')).rejects.toMatchObject({ status: 400, code: 'ERR_CONFIG' });
    expect((await client.owners('moving')).pending).toEqual(['peer']);
    expect(await (await fetch(`${url}/v1/ring`)).json()).toMatchObject({
      shares: [{ name: 'peer' }, { name: 'self', share: 0.625 }],
      slots: [{ slots: '0-5460' }],
      isAgreed: true,
    });
    expect(await (await fetch(`${url}/v1/ring/pending`)).json()).toEqual([
      { start: '1', end: '2', before: ['peer'], after: ['self'] },
    ]);
    const put = (body: object) => fetch(`${url}/v1/ring/tokens`, { method: 'PUT', body: JSON.stringify(body) });
    expect((await put({ status: 'leaving', tokens: 4 })).status).toBe(200);
    expect((await put({ status: 'moving', tokens: ['5', '-9223372036854775807'] })).status).toBe(200);
    for (const body of [{ status: 'gone' }, { status: 'normal', tokens: [5] }, { status: 'normal', tokens: ['x'] }]) {
      expect(await errorOf(await put(body))).toMatchObject({ status: 400, code: 'ERR_HTTP_BODY' });
    }
    expect(await client.setSchema('v2')).toEqual({ versions: { '': ['peer'], v2: ['self'] }, isAgreed: false });
    expect((await client.schema(250)).isAgreed).toBe(false);
    expect(node.calls).toEqual(['tokens leaving 4', 'tokens moving 5,-9223372036854775807', 'schema 250']);
    expect((await fetch(`${url}/v1/ring/owners/k?count=0`)).status).toBe(400);
  });

  it('says 404 for an unknown key, to a reader and to a deleter', async () => {
    const { client } = await api();
    await expect(client.read('x')).rejects.toMatchObject({ status: 404, code: 'ERR_KEY_UNKNOWN' });
    await expect(client.delete('x')).rejects.toMatchObject({ status: 404 });
    await client.write('x', Buffer.from('1'));
    await client.delete('x');
    await expect(client.read('x')).rejects.toMatchObject({ status: 404 });
  });

  it('takes a time to live, and tells when an entry ends', async () => {
    const { client } = await api();
    expect((await client.write('lease', Buffer.from('1'), { ttlMs: 60_000 })).expiresAt).toBe(
      '1970-01-01T00:01:00.000Z',
    );
    await expect(client.write('lease', Buffer.from('1'), { ttlMs: 0 })).rejects.toMatchObject({ status: 400 });
  });

  it('refuses a write with a stale If-Match by 412 and leaves the value', async () => {
    const { client } = await api();
    const first = await client.write('x', Buffer.from('1'));
    const second = await client.write('x', Buffer.from('2'), { ifVersion: first.version });
    await expect(client.write('x', Buffer.from('3'), { ifVersion: first.version })).rejects.toMatchObject({
      status: 412,
      code: 'ERR_VERSION',
    });
    await expect(client.delete('x', first.version)).rejects.toMatchObject({ status: 412 });
    await expect(client.write('new', Buffer.from('3'), { ifVersion: first.version })).rejects.toMatchObject({
      status: 412,
    });
    expect(await client.read('x')).toMatchObject({ value: Buffer.from('2'), version: second.version });
  });

  it('understands lists, * and If-None-Match', async () => {
    const { url, client } = await api();
    const put = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${url}/v1/kv/x`, { method: 'PUT', body: 'v', headers })).status;
    expect(await put({ 'if-match': '*' })).toBe(412);
    expect(await put({ 'if-none-match': '*' })).toBe(200);
    expect(await put({ 'if-none-match': '*' })).toBe(412);
    const { version } = await client.read('x');
    expect(await put({ 'if-match': `"nonsense", "${version}"` })).toBe(200);
    expect(await put({ 'if-match': `W/"${(await client.read('x')).version}"` })).toBe(412);
  });

  it('lists in pages, with a link to the next one only when there may be more', async () => {
    const { client, url } = await api();
    for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) await client.write(key, Buffer.from(key));
    const page = await fetch(`${url}/v1/kv?prefix=a/&limit=2`);
    expect(await page.json()).toEqual([
      { key: 'a/1', version: '1.0.self', origin: 'self', sizeBytes: 3 },
      { key: 'a/2', version: '2.0.self', origin: 'self', sizeBytes: 3 },
    ]);
    expect(page.headers.get('link')).toBe('</v1/kv?prefix=a%2F&limit=2&after=a%2F2>; rel="next"');
    const last = await fetch(`${url}/v1/kv?prefix=a%2F&limit=2&after=a%2F2`);
    expect((await last.json()) as unknown[]).toHaveLength(1);
    expect(last.headers.get('link')).toBeNull();
    expect(await errorOf(await fetch(`${url}/v1/kv?limit=0`))).toMatchObject({ status: 400, code: 'ERR_HTTP_QUERY' });
  });

  it('refuses a body above the limit by 413 and answers the next request on the same connection', async () => {
    const { client, url } = await api();
    const tooLarge = new Uint8Array(BODY_BYTES_MAX + 1);
    const refusal = await fetch(`${url}/v1/kv/x`, { method: 'PUT', body: tooLarge });
    expect(await errorOf(refusal)).toMatchObject({ status: 413, code: 'ERR_TOO_LARGE' });
    await expect(client.write('x', tooLarge)).rejects.toMatchObject({ status: 413 });
    expect((await client.write('x', tooLarge.subarray(1))).sizeBytes).toBe(BODY_BYTES_MAX);
  });

  it('refuses a key that the store refuses', async () => {
    const { client } = await api();
    await expect(client.write('', Buffer.from('1'))).rejects.toMatchObject({ status: 400, code: 'ERR_KEY' });
  });
});

describe('paths and methods', () => {
  it('says 404, 405 with Allow, and 400 for a broken escape', async () => {
    const { url } = await api();
    expect(await errorOf(await fetch(`${url}/v2`))).toMatchObject({ status: 404, code: 'ERR_HTTP_NOT_FOUND' });
    const wrongMethod = await fetch(`${url}/v1/kv/x`, { method: 'POST' });
    expect(wrongMethod.headers.get('allow')).toBe('GET, PUT, DELETE');
    expect(await errorOf(wrongMethod)).toMatchObject({ status: 405, code: 'ERR_HTTP_METHOD' });
    expect(await send(url, '/v1/kv/%ff')).toMatchObject({ status: 400 });
  });

  it('survives what is not HTTP', async () => {
    const { client, url } = await api();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('\u0000\u0001garbage\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect((await client.status()).name).toBe('self');
  });
});

describe('who may use the API', () => {
  const token = '0123456789abcdef';

  it('asks for the token everywhere but at the probes', async () => {
    const { client, url } = await api({ token });
    expect((await client.status()).name).toBe('self');
    expect(await errorOf(await fetch(`${url}/v1/status`))).toMatchObject({
      status: 401,
      code: 'ERR_HTTP_UNAUTHORIZED',
    });
    for (const authorization of [`Bearer ${token}x`, `Basic ${token}`, token]) {
      expect((await fetch(`${url}/metrics`, { headers: { authorization } })).status).toBe(401);
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('refuses pages of other origins and names that were rebound to this machine', async () => {
    const { url, node } = await api();
    const { host } = new URL(url);
    expect((await send(url, '/v1/leave', { origin: 'http://evil.example' }, 'POST')).status).toBe(403);
    expect((await send(url, '/v1/leave', { host: 'evil.example' }, 'POST')).status).toBe(403);
    expect((await send(url, '/v1/leave', { origin: 'null' }, 'POST')).status).toBe(403);
    expect(node.calls).toEqual([]);
    expect((await send(url, '/v1/status', { origin: `http://${host}` })).status).toBe(200);
    expect((await send(url, '/v1/status', { host: 'localhost:7947' })).status).toBe(200);
  });
});

describe('operations', () => {
  it('tells orchestrators that it lives and why it is not ready', async () => {
    const { url } = await api({ whyNotReady: 'no seed has answered yet' });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await errorOf(await fetch(`${url}/readyz`))).toMatchObject({
      status: 503,
      message: 'no seed has answered yet',
    });
  });

  it('gives metrics of the node, of the API and of the process', async () => {
    const { url } = await api();
    await fetch(`${url}/v1/nowhere`);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toContain('# TYPE hearsay_packets_total counter');
    expect(text).toContain('hearsay_packets_total{direction="out"} 4');
    expect(text).toContain('hearsay_members 2');
    expect(text).toContain('hearsay_http_requests_total{method="GET",status="404"} 1');
    expect(text).toContain('hearsay_http_event_streams 0');
    expect(text).toContain('process_resident_memory_bytes');
    // A second scrape must not count the node's counters twice.
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('hearsay_packets_total{direction="out"} 4');
  });

  it('cuts the network only when that was allowed', async () => {
    const refusing = await api();
    await expect(refusing.client.block(['peer'])).rejects.toBeInstanceOf(RefusedError);
    await expect(refusing.client.heal()).rejects.toMatchObject({ status: 403 });
    const { client, node, url } = await api({ allowFaults: true });
    await client.block(['peer']);
    await client.heal();
    expect(node.calls).toEqual(['faults {"block":["peer"],"lossPerMille":0,"delayMs":0,"jitterMs":0}', 'heal']);
    const bad = await fetch(`${url}/v1/faults`, { method: 'POST', body: '{"lossPerMille":1001,"speed":1}' });
    expect((await errorOf(bad)).status).toBe(400);
  });
});

describe('before the node runs', () => {
  it('answers 503 instead of refusing the connection', async () => {
    const server = new HttpServer(
      new Guard(undefined),
      () => undefined,
      () => undefined,
    );
    const address = await server.listen('127.0.0.1:0');
    const response = await fetch(`http://${address}/v1/status`);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await errorOf(response)).toMatchObject({ status: 503, code: 'ERR_HTTP_STARTING' });
    await server.close();
  });
});

describe('a client that breaks its request off', () => {
  it('is its own affair: the API goes on', async () => {
    const { client, url, node } = await api();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('PUT /v1/kv/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy());
    await new Promise((resolve) => socket.on('close', resolve));
    await expect(client.read('x')).rejects.toMatchObject({ status: 404 });
    expect(node.calls).toEqual([]);
  });
});
