import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WireMessage } from '../src/index.ts';
import { Codec } from '../src/index.ts';

const codec = new Codec();
const claim = {
  name: 'api-1',
  address: '10.0.0.1:7946',
  generation: 1_700_000_000,
  incarnation: 3,
  status: 'alive',
  zone: '',
  tagsDigest: 0,
  accuser: '',
  grounds: undefined,
  endedAtSeconds: 0,
} as const;
const grounds = { helperCount: 3, nackCount: 2, hasTriedStream: true, localHealth: 0 };
const suspect = { ...claim, status: 'suspect', accuser: 'api-2', grounds } as const;
const tagged = { ...claim, zone: 'eu-1', tagsDigest: 1 };
const rumor = {
  id: { origin: 'api-1', generation: 1_700_000_000, sequence: 100 },
  topic: 'cache.invalidate',
  payload: new Uint8Array(0),
  priority: 'normal',
} as const;
const record = {
  key: 'flags/dark-mode',
  stamp: { wallMs: 1_700_000_000_123, counter: 0 },
  origin: 'api-1',
  kind: 'set',
  value: new Uint8Array(0),
} as const;
const session = 1;
const children = Array<number>(16).fill(1);
const swim = (message: Extract<WireMessage, { protocol: 'swim' }>['message']): number =>
  codec.sizeOf({ protocol: 'swim', message });
const store = (message: Extract<WireMessage, { protocol: 'store' }>['message']): number =>
  codec.sizeOf({ protocol: 'store', message });

const position = { origin: 'api-1', generation: 1_700_000_000, version: 300 };
const state = (message: Extract<WireMessage, { protocol: 'state' }>['message']): number =>
  codec.sizeOf({ protocol: 'state', message });

const oneNode = store({ type: 'digests', session, level: 3, nodes: [{ index: 3, children }] });
const twoNodes = store({ type: 'digests', session, level: 3, nodes: [3, 200].map((index) => ({ index, children })) });

const digest = { name: 'api-1', generation: 1_700_000_000, heartbeat: 5_000 };
const opinion = { name: 'api-1', generation: 1_700_000_000, opinion: 'ok', pongAgeMs: 5_000 } as const;
const syn = (count: number): number =>
  codec.sizeOf({ protocol: 'heartbeat', message: { type: 'syn', digests: Array(count).fill(digest) } });
const nodePing = (count: number): number =>
  codec.sizeOf({
    protocol: 'quorum',
    message: { type: 'ping', sequence: 1, path: 'packet', entries: Array(count).fill(opinion) },
  });

/** The rows of the byte budget in the README. */
const SIZES: readonly (readonly [what: string, sizeBytes: number])[] = [
  ['packet without messages', codec.overheadBytes('api-1')],
  ['the same, with a cluster label', new Codec({ label: 'prod' }).overheadBytes('api-1')],
  ['`ping`', swim({ type: 'ping', sequence: 1_000, target: 'api-2', path: 'packet' })],
  ['`ack`, `nack`', swim({ type: 'ack', sequence: 1_000, path: 'packet' })],
  ['`root`', codec.sizeOf({ protocol: 'root', message: { type: 'root', salt: 16_383, root: 1 } })],
  ['`roots`', codec.sizeOf({ protocol: 'roots', message: { type: 'roots', salt: 1, members: 1, store: 1, state: 1 } })],
  ['`ping-req`', swim({ type: 'ping-req', sequence: 1_000, target: 'api-2', address: '10.0.0.2:7946' })],
  ['`claims` with one claim', codec.claimBytes(claim)],
  ['each further claim', swim({ type: 'claims', claims: [claim, claim] }) - swim({ type: 'claims', claims: [claim] })],
  ['`claims` with one suspicion', codec.claimBytes(suspect)],
  ['`claims` with one claim with a zone and tags', codec.claimBytes(tagged)],
  ['`push` of one rumor, payload not counted', codec.rumorBytes(rumor)],
  [
    '`probe` of anti-entropy over 10 000 records',
    store({ type: 'probe', session, depth: 3, count: 10_000, sum: new Uint8Array(16) }),
  ],
  ['`equal`', store({ type: 'equal', session })],
  ['`digests` of one node', oneNode],
  ['each further node', twoNodes - oneNode],
  [
    '`items` of sixteen records',
    store({ type: 'items', session, buckets: [{ level: 3, index: 3_000, fingerprints: children }] }),
  ],
  ['`done`', store({ type: 'done', session, messageCount: 3, isComplete: true })],
  ['`digest` of one map of node state', state({ type: 'digest', isWhole: true, positions: [position] })],
  [
    '`delta` of one entry of node state, key and value not counted',
    state({
      type: 'delta',
      deltas: [{ ...position, floor: 0, after: 299, entries: [{ key: '', version: 300, value: '' }] }],
    }),
  ],
  ['`syn` of one heartbeat', syn(1)],
  ['each further heartbeat', syn(2) - syn(1)],
  ['`ping` of a quorum with one opinion', nodePing(1)],
  ['each further opinion', nodePing(2) - nodePing(1)],
  ['`push` of one record, value not counted', store({ type: 'push', session, records: [record] })],
];

describe('the byte budget', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');

  it.each(SIZES)('in the README is right: %s, %i bytes', (what, sizeBytes) => {
    expect(readme).toContain(`| ${what} | ${sizeBytes} |`);
  });

  it('lets a ping carry 41 claims in a packet of 1400 bytes', () => {
    const room =
      1_400 - codec.overheadBytes('api-1') - swim({ type: 'ping', sequence: 1_000, target: 'api-2', path: 'packet' });
    const claims = (count: number): number => swim({ type: 'claims', claims: Array(count).fill(claim) });
    expect(claims(41)).toBeLessThanOrEqual(room);
    expect(claims(42)).toBeGreaterThan(room);
  });
});
