import assert from 'node:assert/strict';
import {
  BroadcastQueue,
  broadcastConfig,
  FlapDamper,
  flapConfig,
  isHot,
  noteFeedback,
  noteSend,
  SUSCEPTIBLE,
  spreadConfig,
  standingOf,
  startSpread,
} from '@hearsay/damping';

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

// What is of no use any more is not sent.
queue.offer({ key: 'door', priority: 'normal', sizeBytes: 60, value: 'the door is open', expiresAtMs: 5_000 });
assert.deepEqual(queue.expire(5_000), ['the door is open']);

// What no packet can carry is never stuck: it is handed out one by one, for a stream.
assert.equal(queue.takeOversize(100, 9), 'a long report');
assert.equal(queue.size, 0);

// A rumor that is given up after two peers in a row knew it already. The dice are for policies that toss a coin.
const config = spreadConfig({ policy: 'feedback-counter', k: 2 });
const dice = { below: () => 0 };
const state = startSpread(config);
for (const peer of [SUSCEPTIBLE, standingOf(state), standingOf(state)]) {
  assert.equal(isHot(state), true);
  noteSend(state, config, 1_000, dice);
  noteFeedback(state, config, peer, dice);
}
assert.equal(state.phase, 'removed');
assert.equal(state.stopReason, 'counter');
assert.equal(state.transmitCount, 3);

// A member that dies and comes back again and again, in a cluster of 50: 1000 and 500 points each time.
const damper = new FlapDamper(flapConfig());
for (let minute = 0; minute < 5; minute++) {
  damper.note('api-7', 'failed', minute * 60_000, 50);
  damper.note('api-7', 'recovered', minute * 60_000 + 20_000, 50);
}
assert.equal(damper.isDamped('api-7'), true);

// It is let back when it has been quiet for long enough.
const reuseMs = damper.nextReuseMs(260_000) ?? 0;
assert.equal(Math.round((reuseMs - 260_000) / 1_000), 351);
assert.deepEqual(damper.reusable(reuseMs), ['api-7']);
