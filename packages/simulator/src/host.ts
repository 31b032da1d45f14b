/**
 * One simulated machine: runs one core at a time through the same `Driver` as the real runtime, and lets what it
 * cannot handle now wait.
 *
 *   running --pause--> paused --resume--> running;  any --crash--> crashed --restart--> running
 */
import { type Core, Driver, type Env, type Input, type NodeId, type Rng, type Via } from '@hearsay/core';
import type { NodeArrival } from './arrival.ts';
import { IoGate } from './io-gate.ts';
import { NodeClock } from './node-clock.ts';
import type { PostBox } from './post.ts';
import { noTraffic, type Traffic, type TrafficCounts } from './traffic.ts';

/** What a node is doing. */
export type NodeState = 'running' | 'paused' | 'crashed';

/** A node as the simulation's user sees it. */
export interface SimulatedNode<K> {
  readonly id: NodeId;
  readonly state: NodeState;
  /** How often it was started: 1 until its first restart. */
  readonly life: number;
  /** The core of its present or, when crashed, of its last life. */
  readonly core: K;
  /** Dice of this machine, apart from those of its cores: for its luck with the network and the disk. */
  readonly dice: Rng;
  /** Own monotonic time in ms: the world's, unless its clock drifts. */
  readonly nowMs: number;
  /** Whether what it sends and receives waits; see `Simulation.blockIo`. */
  readonly isIoBlocked: boolean;
  /** Whether messages wait that came while it was blocked, or after them. */
  readonly isBehind: boolean;
  /** Sent counts are of this node as sender, all others of this node as receiver. */
  readonly traffic: Traffic;
}

/** What a host asks of the world. The simulation implements it. */
export interface World<M, T, E> {
  nowMs(): number;
  send(from: PostBox, to: NodeId, message: M, via: Via): void;
  schedule(id: NodeId, life: number, timer: T, delayMs: number): void;
  notify(id: NodeId, event: E): void;
}

/** See the file's first lines. */
export class Host<C, M, T, E, K extends Core<C, M, T, E>> implements SimulatedNode<K>, PostBox {
  readonly id: NodeId;
  readonly rng: Rng;
  readonly counts: TrafficCounts = noTraffic();
  readonly clock: NodeClock = new NodeClock();
  readonly #world: World<M, T, E>;
  #state: NodeState = 'running';
  #life = 1;
  #pauseCount = 0;
  #core: K;
  #driver: Driver<C, M, T, E>;
  /** Only while paused. */
  #waiting: NodeArrival<C, M, T>[] = [];
  #waitingMessageCount = 0;
  #gate = new IoGate<M, T>();

  constructor(id: NodeId, rng: Rng, world: World<M, T, E>, core: K) {
    this.id = id;
    this.rng = rng;
    this.#world = world;
    this.#core = core;
    this.#driver = new Driver(core, this.#env(1));
  }

  get state(): NodeState {
    return this.#state;
  }

  get life(): number {
    return this.#life;
  }

  /** Tells one pause from the next. */
  get pauseCount(): number {
    return this.#pauseCount;
  }

  get core(): K {
    return this.#core;
  }

  get dice(): Rng {
    return this.rng;
  }

  get nowMs(): number {
    return this.clock.at(this.#world.nowMs());
  }

  get traffic(): Traffic {
    return this.counts;
  }

  get isIoBlocked(): boolean {
    return this.#gate.isShut;
  }

  get isBehind(): boolean {
    return this.#gate.holdsLetters;
  }

  /** Between this life and the network. */
  get gate(): IoGate<M, T> {
    return this.#gate;
  }

  /** Whether this life, or with 0 any life, is going on. */
  isLiving(life: number): boolean {
    return this.#state !== 'crashed' && (life === 0 || life === this.#life);
  }

  /** Past the gate. */
  sendNow(to: NodeId, message: M, via: Via): void {
    this.#world.send(this, to, message, via);
  }

  deliver(input: Input<C, M, T>): void {
    this.#driver.deliver(input);
  }

  /** Keeps an arrival for later. False when there are `messageCountMax` messages already and this is one more. */
  keep(arrival: NodeArrival<C, M, T>, messageCountMax: number): boolean {
    if (arrival.kind === 'letter') {
      if (this.#waitingMessageCount >= messageCountMax) return false;
      this.#waitingMessageCount += 1;
    }
    this.#waiting.push(arrival);
    return true;
  }

  crash(): void {
    this.#state = 'crashed';
    this.#takeWaiting();
    this.#gate = new IoGate();
  }

  start(core: K): void {
    this.#life += 1;
    this.#state = 'running';
    this.#core = core;
    this.#driver = new Driver(core, this.#env(this.#life));
  }

  pause(): void {
    this.#state = 'paused';
    this.#pauseCount += 1;
  }

  /** Returns what waited: timers first, as in Node's event loop, then the rest in order of arrival. */
  resume(): NodeArrival<C, M, T>[] {
    this.#state = 'running';
    const waiting = this.#takeWaiting();
    const timers = waiting.filter((arrival) => arrival.kind === 'timer');
    return [...timers, ...waiting.filter((arrival) => arrival.kind !== 'timer')];
  }

  /** The environment of one life: a core that crashes in the middle of a step has no effects any more. */
  #env(life: number): Env<M, T, E> {
    return {
      nowMs: () => this.nowMs,
      send: (to, message, via) => {
        if (!this.isLiving(life)) return;
        if (this.#gate.isShut) this.#gate.holdSend({ to, message, via });
        else this.sendNow(to, message, via);
      },
      schedule: (timer, delayMs) => {
        if (this.isLiving(life)) this.#world.schedule(this.id, life, timer, this.clock.worldDelayMs(delayMs));
      },
      notify: (event) => {
        if (this.isLiving(life)) this.#world.notify(this.id, event);
      },
    };
  }

  #takeWaiting(): NodeArrival<C, M, T>[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingMessageCount = 0;
    return waiting;
  }
}
