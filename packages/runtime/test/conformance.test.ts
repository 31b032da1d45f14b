import { Rng } from '@hearsay/core';
import { TRANSPORT_PROPERTIES } from '@hearsay/testkit';
import { describe, it } from 'vitest';
import { openFaultyTransport, openTransport } from '../src/index.ts';

describe('the transport', () => {
  for (const { name, check } of TRANSPORT_PROPERTIES) it(name, () => check(openTransport));
});

describe('the transport with faults, none of them set', () => {
  const open = (options: Parameters<typeof openTransport>[0]) => openFaultyTransport({ ...options, rng: new Rng(1) });
  for (const { name, check } of TRANSPORT_PROPERTIES) it(name, () => check(open));
});

describe('the transport with a delay and jitter on frames and packets', () => {
  const open = async (options: Parameters<typeof openTransport>[0]) => {
    const transport = await openFaultyTransport({ ...options, rng: new Rng(1) });
    transport.set({ delayMs: 2, jitterMs: 3 });
    return transport;
  };
  for (const { name, check } of TRANSPORT_PROPERTIES) it(name, () => check(open));
});
