import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { openTransport } from '@hearsay/runtime';

const inbox = new EventEmitter();
const api = await openTransport({ bind: '127.0.0.1:0', onReceive: () => {} });
const worker = await openTransport({
  bind: '127.0.0.1:0', // port 0: any port that is free for UDP and TCP
  onReceive: (_from, bytes, via) => inbox.emit(via, bytes.length),
});

const packet = once(inbox, 'packet');
api.sendPacket(worker.endpoint, Buffer.from('ping')); // one datagram, which may be lost
assert.deepEqual(await packet, [4]);

const frame = once(inbox, 'stream');
api.sendFrame(worker.endpoint, new Uint8Array(1_000_000)); // over TCP, on a pooled connection
assert.deepEqual(await frame, [1_000_000]);

assert.equal(api.counters().packets.sentCount, 1);
assert.equal(worker.counters().frames.receivedBytes, 1_000_000);
await Promise.all([api.close(), worker.close()]);
