import assert from 'node:assert/strict';
import type { Packet, WireMessage } from '@hearsay/wire';
import { Codec } from '@hearsay/wire';

const codec = new Codec({ label: 'prod' });

// A ping, and on the same packet a claim about another member.
const ping: WireMessage = { protocol: 'swim', message: { type: 'ping', sequence: 7, target: 'api-2', path: 'packet' } };
const claim = {
  name: 'api-3',
  address: '10.0.0.3:7946',
  generation: 1_700_000_000,
  incarnation: 1,
  status: 'suspect',
  zone: 'eu-1',
  tagsDigest: 0,
  accuser: 'api-1',
  grounds: { helperCount: 3, nackCount: 3, hasTriedStream: true, localHealth: 0 },
  endedAtSeconds: 0,
} as const;
const news: WireMessage = { protocol: 'swim', message: { type: 'claims', claims: [claim] } };
const packet: Packet = { from: 'api-1', generation: 1_700_000_000, address: '', messages: [ping, news] };

// Sizes are known before anything is packed, and they are exact.
const sizeBytes = codec.overheadBytes('api-1') + codec.sizeOf(ping) + codec.sizeOf(news);
const bytes = codec.encode(packet);
assert.equal(bytes.length, sizeBytes);
assert.deepEqual(codec.decode(bytes), { ok: true, packet, skippedCount: 0 });

// What is not from our cluster, or broken, is refused with a reason. `decode` never throws.
const refused = new Codec({ label: 'staging' }).decode(bytes);
assert.equal(refused.ok, false);
assert.equal(refused.error.reason, 'label');
const cut = codec.decode(bytes.subarray(0, -1));
assert.ok(!cut.ok && cut.error.reason === 'truncated');
