import assert from 'node:assert/strict';
import { type Core, Driver, type Input, type Outbox } from '@hearsay/core';

/** Counts the pings of its peers and answers each. */
class Counter implements Core<'report', 'ping' | 'pong', never, number> {
  #count = 0;
  step(input: Input<'report', 'ping' | 'pong', never>, _nowMs: number, out: Outbox<'ping' | 'pong', never, number>) {
    if (input.kind === 'command') out.notify(this.#count);
    if (input.kind !== 'message' || input.message !== 'ping') return;
    this.#count += 1;
    out.send(input.from, 'pong');
  }
}

const log: unknown[] = [];
const driver = new Driver(new Counter(), {
  nowMs: () => 0,
  send: (to, message) => log.push([to, message]),
  schedule: () => {},
  notify: (count) => log.push(count),
});
driver.message('api-1', 'ping');
driver.command('report');
assert.deepEqual(log, [['api-1', 'pong'], 1]);
