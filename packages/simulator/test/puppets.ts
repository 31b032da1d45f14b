/** Small cores that the tests put into the world. */
import type { Core, Input, NodeId, Outbox, Rng, Via } from '@hearsay/core';
import { Simulation, type SimulationOptions } from '../src/index.ts';

export type PuppetCommand =
  | { readonly do: 'send'; readonly to: NodeId; readonly text: string; readonly via?: Via }
  | { readonly do: 'schedule'; readonly text: string; readonly delayMs: number };

export function send(to: NodeId, text: string, via: Via = 'packet'): PuppetCommand {
  return { do: 'send', to, text, via };
}

export function schedule(text: string, delayMs: number): PuppetCommand {
  return { do: 'schedule', text, delayMs };
}

/** Does what it is told and tells what it sees. */
export class Puppet implements Core<PuppetCommand, string, string, string> {
  step(input: Input<PuppetCommand, string, string>, nowMs: number, out: Outbox<string, string, string>): void {
    if (input.kind === 'message') return out.notify(`${input.message} from ${input.from} at ${nowMs}`);
    if (input.kind === 'timer') return out.notify(`timer ${input.timer} at ${nowMs}`);
    const { command } = input;
    if (command.do === 'send') out.send(command.to, command.text, command.via);
    else out.schedule(command.text, command.delayMs);
  }
}

export type PuppetWorld = Simulation<PuppetCommand, string, string, string, Puppet>;

/** A world of puppets in which everything takes exactly one millisecond, and the log of their events. */
export function puppetWorld(ids: readonly NodeId[], options: Partial<SimulationOptions<string>> = {}) {
  const world: PuppetWorld = new Simulation<PuppetCommand, string, string, string, Puppet>({
    seed: 1,
    ...options,
    network: { latencyMsMin: 1, latencyMsMean: 1, ...options.network },
  });
  const log: string[] = [];
  world.onEvent((timeMs, id, event) => log.push(`${timeMs} ${id}: ${event}`));
  for (const id of ids) world.add(id, () => new Puppet());
  return { world, log };
}

/** Tells random peers random numbers at random times: everything in it hangs on its dice. */
export class Babbler implements Core<'start', Uint8Array, 'round', number> {
  readonly #peers: readonly NodeId[];
  readonly #rng: Rng;

  constructor(peers: readonly NodeId[], rng: Rng) {
    this.#peers = peers;
    this.#rng = rng;
  }

  step(input: Input<'start', Uint8Array, 'round'>, _nowMs: number, out: Outbox<Uint8Array, 'round', number>): void {
    if (input.kind === 'message') return out.notify(input.message[0] ?? 0);
    const to = this.#rng.pick(this.#peers);
    if (to !== undefined)
      out.send(to, Uint8Array.of(this.#rng.below(256)), this.#rng.chance(200) ? 'stream' : 'packet');
    out.schedule('round', this.#rng.jittered(50, 500));
  }
}
