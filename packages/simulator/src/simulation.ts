/**
 * A world of cores in virtual time: nodes that start, crash, restart and pause, a network that fails them, and a
 * record of all of it.
 *
 * A run is a pure function of the seed, the options and the calls made. Each node has an `Rng` forked by its name and
 * life, one for its core and one for its luck on the network, so that one node more or one draw more in one core does
 * not shift the numbers of another.
 */
import { assertNever, ConfigError, type Core, type NodeId, Rng, type Via, WallClock } from '@hearsay/core';
import type { Arrival } from './arrival.ts';
import { type LinkConfig, type NetworkConfig, type SimulationConfig, simulationConfig } from './config.ts';
import { Delivery } from './delivery.ts';
import { Host, type SimulatedNode, type World } from './host.ts';
import { Post, type PostOptions, type SendObserver } from './post.ts';
import { Timeline } from './timeline.ts';
import { Trace } from './trace.ts';
import type { Traffic } from './traffic.ts';
import { VirtualNetwork } from './virtual-network.ts';

/** What a simulation is made of. */
export interface SimulationOptions<M, T = unknown> extends PostOptions<M> {
  /** Any 32-bit integer. Everything random comes from it. */
  readonly seed: number;
  readonly network?: Partial<NetworkConfig>;
  readonly config?: Partial<SimulationConfig>;
  /**
   * For cores that stand for a program of threads in which a send waits until it is done: the thread that a timer belongs
   * to. While the I/O of its node is blocked the thread stands still from its first send on, and its timers fire when it
   * goes on. `undefined`: the timer does not wait for I/O. Default: none does, and sends wait in a queue.
   */
  readonly threadOf?: (timer: T) => string | undefined;
}

/** Makes the core of one life of a node. `rng` is that life's own. */
export type MakeCore<K> = (rng: Rng) => K;
/** Told of every event of every node, when it happens. */
export type EventObserver<E> = (timeMs: number, id: NodeId, event: E) => void;
/** Called after every input of every node: the place to check what must always hold. */
export type InputObserver = (timeMs: number, id: NodeId) => void;

/** See the file's first lines. `K` is the class of the cores, where a test wants to query them. */
export class Simulation<C, M, T, E, K extends Core<C, M, T, E> = Core<C, M, T, E>> {
  readonly seed: number;
  readonly trace: Trace;
  readonly #config: Readonly<SimulationConfig>;
  readonly #rng: Rng;
  readonly #network: VirtualNetwork;
  readonly #post: Post<M>;
  readonly #delivery: Delivery<C, M, T, E, K>;
  readonly #timeline: Timeline<Arrival<M, T>>;
  readonly #hosts = new Map<NodeId, Host<C, M, T, E, K>>();
  readonly #eventObservers = new Set<EventObserver<E>>();
  readonly #inputObservers = new Set<InputObserver>();
  readonly #world: World<M, T, E> = {
    nowMs: () => this.#timeline.nowMs,
    send: (from, to, message, via) => {
      const life = via === 'stream' ? (this.#hosts.get(to)?.life ?? 0) : 0;
      const connection = via === 'stream' ? this.#network.connectionOf(from.id, to) : 0;
      this.#post.send(from, to, message, via, this.nowMs, (timeMs, letter) =>
        this.#timeline.push(timeMs, { kind: 'letter', letter, life, connection }),
      );
    },
    schedule: (id, life, timer, delayMs) =>
      this.#timeline.push(this.nowMs + delayMs, { kind: 'timer', id, life, timer }),
    notify: (id, event) => {
      this.trace.note(this.nowMs, 'event', id, event);
      for (const observer of this.#eventObservers) observer(this.nowMs, id, event);
    },
  };

  /** Throws `ConfigError` when the network's or the simulation's options break a rule. */
  constructor(options: SimulationOptions<M, T>) {
    this.seed = options.seed | 0;
    this.#config = simulationConfig(options.config);
    this.#rng = new Rng(this.seed);
    this.trace = new Trace(this.#config.traceLineCountMax, this.#config.isTraced);
    this.#network = new VirtualNetwork(options.network);
    this.#post = new Post(options, this.#network, this.trace);
    this.#delivery = new Delivery<C, M, T, E, K>({
      hosts: this.#hosts,
      network: this.#network,
      post: this.#post,
      trace: this.trace,
      waitingMessageCountMax: this.#config.waitingMessageCountMax,
      threadOf: options.threadOf ?? (() => undefined),
      schedule: (turn, delayMs) => this.#timeline.push(this.nowMs + delayMs, turn),
      onInput: (nowMs, id) => {
        for (const observer of this.#inputObservers) observer(nowMs, id);
      },
    });
    this.#timeline = new Timeline(this.#config, (arrival) => this.#onArrival(arrival));
  }

  // -- time --------------------------------------------------------------------------------------------------------

  /** Virtual monotonic time in ms. Starts at 0 and moves only in `run` and `runUntil`. */
  get nowMs(): number {
    return this.#timeline.nowMs;
  }

  /** Virtual wall time in ms since 1970. */
  get wallMs(): number {
    return this.#config.wallMsStart + this.nowMs;
  }

  /** Messages, timers and actions that came due so far. */
  get handledCount(): number {
    return this.#timeline.handledCount;
  }

  /**
   * A wall clock for the core of the node `id`, `skewMs` ahead of the world's. Set it anew to let it jump. Without an
   * id it is carried on by the world's monotonic time.
   */
  wallClock(skewMs = 0, id?: NodeId): WallClock {
    const host = id === undefined ? undefined : this.#hosts.get(id);
    return new WallClock(this.wallMs + skewMs, host?.nowMs ?? this.nowMs);
  }

  /** Lets virtual time pass. Returns at once when nothing happens: an idle year costs nothing. */
  run(durationMs: number): void {
    this.#timeline.advance(this.nowMs + durationMs, undefined);
  }

  /**
   * Lets time pass until `predicate` holds, which is asked before the start and after every event. Returns whether it
   * came to hold within `limitMs`; time then stands at that event, else at the limit.
   */
  runUntil(predicate: () => boolean, limitMs: number): boolean {
    return predicate() || this.#timeline.advance(this.nowMs + limitMs, predicate);
  }

  /** Calls `action` at a time to come: a fault, a command, a part of the scenario. Throws `ConfigError` if it is past. */
  at(timeMs: number, action: () => void): void {
    this.#timeline.push(timeMs, { kind: 'action', action });
  }

  // -- nodes -------------------------------------------------------------------------------------------------------

  /** Starts a node. It gets no input by itself: give it its first command. Throws `ConfigError` if the id is taken. */
  add(id: NodeId, makeCore: MakeCore<K>): SimulatedNode<K> {
    if (this.#hosts.has(id)) throw misuse(`add: node ${id} exists already`);
    const host = new Host<C, M, T, E, K>(
      id,
      this.#rng.fork(`luck of ${id}`),
      this.#world,
      makeCore(this.#rngOf(id, 1)),
    );
    this.#hosts.set(id, host);
    this.trace.note(this.nowMs, 'fault', id, 'start');
    return host;
  }

  /** Whether a node was ever added under this id. */
  has(id: NodeId): boolean {
    return this.#hosts.has(id);
  }

  /** Throws `ConfigError` for an id that was never added. */
  node(id: NodeId): SimulatedNode<K> {
    return this.#host(id);
  }

  /** All nodes, crashed ones too, in the order in which they were added. */
  nodes(): SimulatedNode<K>[] {
    return [...this.#hosts.values()];
  }

  /** Hands a command to a node at once; a paused node gets it when it resumes. Throws `ConfigError` if it is crashed. */
  command(id: NodeId, command: C): void {
    const host = this.#host(id);
    if (host.state === 'crashed') throw misuse(`command: node ${id} is crashed`);
    this.#delivery.dispatch(host, { kind: 'command', id, command }, this.nowMs);
  }

  /** The process dies: core, timers, connections and all that waited are gone. What it sent before is under way. */
  crash(id: NodeId): void {
    this.#host(id).crash();
    this.#network.forgetStreams(id);
    this.trace.note(this.nowMs, 'fault', id, 'crash');
  }

  /** Starts a new life with a new core, after a crash if it still lives. Packets sent to its last life may reach it. */
  restart(id: NodeId, makeCore: MakeCore<K>): void {
    const host = this.#host(id);
    if (host.state !== 'crashed') this.crash(id);
    host.start(makeCore(this.#rngOf(id, host.life + 1)));
    this.trace.note(this.nowMs, 'fault', id, 'restart');
  }

  /** The process stands still, as under SIGSTOP: its messages, timers and commands wait. */
  pause(id: NodeId): void {
    const host = this.#host(id);
    if (host.state !== 'running') return;
    host.pause();
    this.trace.note(this.nowMs, 'fault', id, 'pause');
  }

  /** The process goes on. What waited is handled now: timers first, as in Node's event loop, then the rest in order. */
  resume(id: NodeId): void {
    const host = this.#host(id);
    if (host.state !== 'paused') return;
    this.trace.note(this.nowMs, 'fault', id, 'resume');
    const { life } = host;
    for (const arrival of host.resume()) {
      if (host.isLiving(life)) this.#delivery.dispatch(host, arrival, this.nowMs);
    }
    this.#delivery.announceTurn(host);
  }

  /** The event loop is busy for so long: a pause that ends by itself, unless it is resumed or crashes before. */
  stall(id: NodeId, durationMs: number): void {
    const host = this.#host(id);
    if (host.state !== 'running') return;
    const { life } = host;
    this.pause(id);
    const { pauseCount } = host;
    this.at(this.nowMs + durationMs, () => {
      if (host.isLiving(life) && host.pauseCount === pauseCount) this.resume(id);
    });
  }

  /** Lets the monotonic clock of a node run faster, or with a negative number slower, by so many parts per million. */
  setDrift(id: NodeId, ppm: number): void {
    this.#host(id).clock.setDrift(ppm, this.nowMs);
    this.trace.note(this.nowMs, 'fault', id, { driftPpm: ppm });
  }

  /** The node goes on, but what it sends and what arrives waits, in order, until its I/O goes on. */
  blockIo(id: NodeId): void {
    const host = this.#host(id);
    if (host.state === 'crashed' || host.isIoBlocked) return;
    host.gate.shut();
    this.trace.note(this.nowMs, 'fault', id, 'block I/O');
  }

  /** What the node wanted to send leaves now. What arrived is handled in order, each message `msPerMessage` after the last. */
  unblockIo(id: NodeId, msPerMessage = 0): void {
    const host = this.#host(id);
    if (!host.isIoBlocked) return;
    this.trace.note(this.nowMs, 'fault', id, 'unblock I/O');
    this.#delivery.openGate(host, msPerMessage, this.nowMs);
  }

  // -- network -----------------------------------------------------------------------------------------------------

  /** Changes the network from now on. Throws `ConfigError`. */
  setNetwork(changes: Partial<NetworkConfig>): void {
    this.#network.configure(changes);
    this.#noteNetwork({ network: changes });
  }

  /** Packets lost, of a thousand. */
  setLoss(perMille: number): void {
    this.setNetwork({ lossPerMille: perMille });
  }

  /** Sets one direction apart from the network. `undefined`: it follows the network again. Throws `ConfigError`. */
  setLink(from: NodeId, to: NodeId, link: Partial<LinkConfig> | undefined): void {
    if (link === undefined) this.#network.clearLink(from, to);
    else this.#network.setLink(from, to, link);
    this.#noteNetwork({ from, to, link });
  }

  /** See `VirtualNetwork.partition`: groups that share no node cannot talk; nodes in no group form one more. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.#network.partition(groups);
    this.#noteNetwork({ partition: groups });
  }

  /** Nothing passes from `from` to `to` any more, or no packet, or no stream. A stream needs both directions. */
  block(from: NodeId, to: NodeId, via?: Via): void {
    this.#network.block(from, to, via);
    this.#noteNetwork({ block: from, to, via });
  }

  unblock(from: NodeId, to: NodeId, via?: Via): void {
    this.#network.unblock(from, to, via);
    this.#noteNetwork({ unblock: from, to, via });
  }

  /** Breaks the connections between two nodes: frames under way are lost, and later ones travel by new connections. */
  resetStreams(a: NodeId, b: NodeId): void {
    this.#network.resetStreams(a, b);
    this.#noteNetwork({ reset: a, and: b });
  }

  /** Ends the partition and all blocks. */
  heal(): void {
    this.#network.heal();
    this.#noteNetwork('heal');
  }

  // -- observation -------------------------------------------------------------------------------------------------

  /** What was sent in all, and what became of it. */
  get traffic(): Traffic {
    return this.#post.traffic;
  }

  /** Adds an observer of events. Returns what removes it. An observer may give commands; they run after the step. */
  onEvent(observer: EventObserver<E>): () => void {
    this.#eventObservers.add(observer);
    return () => this.#eventObservers.delete(observer);
  }

  /** Adds an observer of messages as they are sent, whatever becomes of them. Returns what removes it. */
  onSend(observer: SendObserver<M>): () => void {
    this.#post.observers.add(observer);
    return () => this.#post.observers.delete(observer);
  }

  /** Adds an observer of inputs; what it throws comes out of `run`. Returns what removes it. */
  onInput(observer: InputObserver): () => void {
    this.#inputObservers.add(observer);
    return () => this.#inputObservers.delete(observer);
  }

  // -- what happens ------------------------------------------------------------------------------------------------

  #onArrival(arrival: Arrival<M, T>): void {
    switch (arrival.kind) {
      case 'action':
        return arrival.action();
      case 'timer':
        return this.#delivery.timer(arrival, this.nowMs);
      case 'letter':
        return this.#delivery.letter(arrival, this.nowMs);
      case 'turn':
        return this.#delivery.turn(arrival, this.nowMs);
      default:
        assertNever(arrival);
    }
  }

  #host(id: NodeId): Host<C, M, T, E, K> {
    const host = this.#hosts.get(id);
    if (host === undefined) throw misuse(`there is no node ${id}`);
    return host;
  }

  #rngOf(id: NodeId, life: number): Rng {
    return this.#rng.fork(`core of ${id} in life ${life}`);
  }

  #noteNetwork(change: unknown): void {
    this.trace.note(this.nowMs, 'fault', 'network', change);
  }
}

function misuse(problem: string): ConfigError {
  return new ConfigError('Simulation', [problem]);
}
