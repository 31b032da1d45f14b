import { describe, expect, it } from 'vitest';
import { KnownEndpoints } from '../src/known-endpoints.ts';
import { KNOWN_ENDPOINT_COUNT_MAX, REMEMBERED_PACKET_COUNT } from '../src/limits.ts';

const packets = (endpoints: KnownEndpoints, count: number): void => {
  for (let nth = 0; nth < count; nth++) endpoints.countPacket();
};

describe('endpoints', () => {
  it('are remembered once, and only when they are legal', () => {
    const endpoints = new KnownEndpoints();
    expect(['10.0.0.1:1', '10.0.0.1:1', 'nobody', '[::1]:7946'].map((each) => endpoints.has(each))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(endpoints.size).toBe(2);
  });

  it('are forgotten when no packet has had them for a while', () => {
    const endpoints = new KnownEndpoints();
    endpoints.has('10.0.0.1:1');
    endpoints.has('10.0.0.2:1');
    packets(endpoints, REMEMBERED_PACKET_COUNT);
    expect(endpoints.size).toBe(2);
    endpoints.has('10.0.0.2:1');
    expect(endpoints.size).toBe(2);
    packets(endpoints, REMEMBERED_PACKET_COUNT);
    expect(endpoints.size).toBe(1);
    packets(endpoints, REMEMBERED_PACKET_COUNT);
    expect(endpoints.size).toBe(0);
  });

  it('take no more room than their bound, however many a peer makes up', () => {
    const endpoints = new KnownEndpoints();
    let most = 0;
    for (let nth = 0; nth < 2 * KNOWN_ENDPOINT_COUNT_MAX; nth++) {
      endpoints.has(`10.0.${nth >> 8}.${nth & 255}:1`);
      most = Math.max(most, endpoints.size);
    }
    expect(most).toBeGreaterThan(KNOWN_ENDPOINT_COUNT_MAX / 2);
    expect(most).toBeLessThanOrEqual(KNOWN_ENDPOINT_COUNT_MAX);
  });
});
