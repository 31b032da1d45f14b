/** Faults by member name. */
import { ConfigError } from '@hearsay/core';
import type { Engine } from './engine.ts';
import type { NodeFaultPlan, NodeFaults } from './node.ts';

/** Turns names into endpoints and hands the plan to the transport. */
export class FaultControl implements NodeFaults {
  readonly #engine: Engine;
  readonly #isAllowed: boolean;

  constructor(engine: Engine, isAllowed: boolean) {
    this.#engine = engine;
    this.#isAllowed = isAllowed;
  }

  set({ block = [], lossPerMille = 0, delayMs = 0, jitterMs = 0 }: NodeFaultPlan): void {
    this.#check();
    const { table } = this.#engine.stack;
    const addresses = block.map((name) => ({ name, address: table.get(name)?.address }));
    const unknown = addresses.filter(({ address }) => address === undefined).map(({ name }) => name);
    if (unknown.length > 0) throw new ConfigError('faults', [`block: no member is called ${unknown.join(', ')}`]);
    const endpoints = addresses.flatMap(({ address }) => (address === undefined ? [] : [address]));
    this.#engine.faults.set({ block: endpoints, lossPerMille, delayMs, jitterMs });
  }

  clear(): void {
    this.#check();
    this.#engine.faults.clear();
  }

  #check(): void {
    if (!this.#isAllowed) throw new ConfigError('faults', ['this node was started without allowFaults']);
  }
}
