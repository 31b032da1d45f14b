/** A few stacks in virtual time, with delays and losses from a seed. Watches every packet that is sent. */
import { Driver, type NodeId, Rng, type Via, WallClock } from '@hearsay/core';
import {
  type Packet,
  type PacketSizes,
  type StackCommand,
  StackCore,
  type StackEvent,
  type StackOptions,
  type StackTimer,
  stackConfig,
} from '../src/index.ts';
import { JSON_SIZES } from './json-codec.ts';

const WALL_MS = 1_000_000_000;
const GENERATION = 1_000_000;
const DELAY_MS_MAX = 10;

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** One node: its core, and everything that it told its owner. */
export interface VirtualNode {
  readonly name: NodeId;
  readonly address: string;
  readonly stack: StackCore;
  readonly events: StackEvent[];
  readonly command: (command: StackCommand) => void;
}

export class VirtualCluster {
  readonly nodes: VirtualNode[] = [];
  lossPerMille = 0;
  nowMs = 0;
  readonly #rng: Rng;
  readonly #options: StackOptions;
  readonly #sizes: PacketSizes;
  readonly #onSend: (packet: Packet, via: Via) => void;
  readonly #inboxes = new Map<string, (from: string, packet: Packet) => void>();
  #due: Due[] = [];
  #order = 0;
  readonly #crashed = new Set<string>();

  constructor(deps: {
    seed: number;
    names: readonly NodeId[];
    options?: StackOptions;
    sizes?: PacketSizes;
    onSend?: (packet: Packet, via: Via) => void;
  }) {
    this.#rng = new Rng(deps.seed);
    this.#options = deps.options ?? {};
    this.#sizes = deps.sizes ?? JSON_SIZES;
    this.#onSend = deps.onSend ?? (() => {});
    for (const [index, name] of deps.names.entries()) this.#add(name, `10.0.0.${index + 1}:7946`);
  }

  /** Starts everybody, and lets all join the first. */
  start(): void {
    const [first, ...others] = this.nodes;
    for (const { command } of this.nodes) command({ type: 'start' });
    for (const { command } of others) command({ type: 'join', seeds: [first!.address] });
  }

  /** The node falls silent: what is sent to it is lost, and its own timers fire for nobody. */
  crash(name: NodeId): void {
    const node = this.nodes.find((each) => each.name === name);
    if (node !== undefined) this.#crashed.add(node.address);
  }

  /** Hands a packet to a node, as if it had come from nowhere. */
  deliver({ address }: VirtualNode, packet: Packet): void {
    this.#inboxes.get(address)?.('10.0.0.98:7946', packet);
  }

  /** Alive again, in the same life, as after a partition. */
  revive(name: NodeId): void {
    const node = this.nodes.find((each) => each.name === name);
    if (node !== undefined) this.#crashed.delete(node.address);
  }

  advance(byMs: number): void {
    const endMs = this.nowMs + byMs;
    for (let next = this.#due[0]; next !== undefined && next.atMs <= endMs; next = this.#due[0]) {
      this.#due.shift();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = endMs;
  }

  /** Advances until `isReached`, at most by `withinMs`. Whether it was. */
  advanceUntil(isReached: () => boolean, withinMs: number): boolean {
    const endMs = this.nowMs + withinMs;
    while (!isReached() && this.nowMs < endMs) this.advance(DELAY_MS_MAX);
    return isReached();
  }

  /** Whether all replicas are equal, and everybody knows everybody. */
  isConverged(): boolean {
    const [first] = this.nodes;
    return this.nodes.every(
      ({ stack }) =>
        stack.table.countOf('alive') === this.nodes.length &&
        stack.digests.members === first?.stack.digests.members &&
        stack.digests.store === first.stack.digests.store,
    );
  }

  #add(name: NodeId, address: string): void {
    const events: StackEvent[] = [];
    const stack = new StackCore({
      config: stackConfig(this.#options),
      self: { name, address, generation: GENERATION, tags: new Map() },
      sizes: this.#sizes,
      rng: this.#rng.fork(name),
      wallClock: new WallClock(WALL_MS, 0),
      cluster: 'test',
    });
    const driver = new Driver<StackCommand, Packet, StackTimer, StackEvent>(stack, {
      nowMs: () => this.nowMs,
      send: (to, packet, via) => this.#send(address, to, packet, via),
      schedule: (timer, delayMs) => this.#at(delayMs, () => driver.timer(timer)),
      notify: (event) => events.push(event),
    });
    this.#inboxes.set(address, (from, packet) => driver.message(from, packet));
    this.nodes.push({ name, address, stack, events, command: (command) => driver.command(command) });
  }

  /** Streams lose nothing, and their source port says nothing. */
  #send(from: string, to: string, packet: Packet, via: Via): void {
    this.#onSend(packet, via);
    if (this.#crashed.has(from) || this.#crashed.has(to)) return;
    if (via === 'packet' && this.#rng.chance(this.lossPerMille)) return;
    const source = via === 'stream' ? '10.0.0.99:40000' : from;
    this.#at(1 + this.#rng.below(DELAY_MS_MAX), () => this.#inboxes.get(to)?.(source, packet));
  }

  #at(delayMs: number, run: () => void): void {
    const due = { atMs: this.nowMs + delayMs, order: this.#order++, run };
    const index = this.#due.findIndex(({ atMs }) => atMs > due.atMs);
    this.#due.splice(index < 0 ? this.#due.length : index, 0, due);
  }
}
