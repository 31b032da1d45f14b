import assert from 'node:assert/strict';
import { BroadcastQueue, broadcastConfig } from '@hearsay/damping';

const queue = new BroadcastQueue<string>(broadcastConfig({ transmitMultiplier: 1 }));
queue.offer({ key: 'api-1', priority: 'high', sizeBytes: 60, value: 'api-1 is suspect' });
queue.offer({ key: 'deploy', priority: 'bulk', sizeBytes: 60, value: 'v2 is out' });
queue.offer({ key: 'report', priority: 'bulk', sizeBytes: 9_000, value: 'a long report' });

// News of the same key takes the place of what waits: nobody hears of the suspicion any more.
queue.offer({ key: 'api-1', priority: 'critical', sizeBytes: 60, value: 'api-1 is alive' });

// A packet of 100 bytes has room for one of the two: the more urgent one. In a cluster of 9, once is enough.
assert.deepEqual(queue.take(100, 9), ['api-1 is alive']);
assert.deepEqual(queue.take(100, 9), ['v2 is out']);
assert.deepEqual(queue.drainSpent(), ['api-1 is alive', 'v2 is out']);

// What no packet can carry is never stuck: it is handed out one by one, for a stream.
assert.equal(queue.takeOversize(100, 9), 'a long report');
assert.equal(queue.size, 0);
