import assert from 'node:assert/strict';
import type { Core, Input, Outbox, Rng } from '@hearsay/core';
import { type Checker, Checks, Simulation } from '@hearsay/simulator';

const NAMES = ['a', 'b', 'c', 'd'];

/** A counter that spreads: every 100 ms each node tells one random peer the highest number it has heard. */
class Counter implements Core<'start' | 'add', number, 'round', number> {
  readonly #rng: Rng;
  value = 0;
  constructor(rng: Rng) {
    this.#rng = rng;
  }
  step(input: Input<'start' | 'add', number, 'round'>, _nowMs: number, out: Outbox<number, 'round', number>) {
    const heard = input.kind === 'message' ? input.message : this.value;
    const next = input.kind === 'command' && input.command === 'add' ? heard + 1 : Math.max(heard, this.value);
    if (next !== this.value) out.notify(next);
    this.value = next;
    if (input.kind === 'timer') out.send(this.#rng.pick(NAMES) ?? 'a', next);
    if (input.kind === 'timer' || (input.kind === 'command' && input.command === 'start')) out.schedule('round', 100);
  }
}

const world = new Simulation<'start' | 'add', number, 'round', number, Counter>({
  seed: 7,
  network: { latencyMsMin: 5, jitterMs: 20, lossPerMille: 100 },
});
for (const name of NAMES) world.add(name, (rng) => new Counter(rng));
for (const name of NAMES) world.command(name, 'start');

// A checker of your own: it looks after every input of every node, and what it throws ends the run.
class NeverFalls implements Checker {
  readonly name = 'a value never falls';
  readonly #highest = new Map<string, number>();
  checkedCount = 0;
  onInput(timeMs: number, id: string) {
    const { value } = world.node(id).core;
    assert.ok(value >= (this.#highest.get(id) ?? 0), `seed ${world.seed}: ${id} went back at ${timeMs} ms`);
    this.#highest.set(id, value);
    this.checkedCount += 1;
  }
}
const checks = new Checks(world).add(new NeverFalls());

const values = () => world.nodes().map((node) => node.core.value);

world.partition([
  ['a', 'b'],
  ['c', 'd'],
]);
world.command('a', 'add');
world.run(5_000);
assert.deepEqual(values(), [1, 1, 0, 0]); // nothing crosses the partition
world.heal();
assert.ok(world.runUntil(() => values().every((value) => value === 1), 5_000));
checks.end(); // throws too if a checker had nothing to check
