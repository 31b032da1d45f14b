/** Many rumor cores in virtual time: a loop over due events, with delay and loss from one seed. */
import { Driver, Interner, Rng, WallClock } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import {
  formatRumorId,
  type Rumor,
  type RumorCommand,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';

const WALL_MS = 1_700_000_000_000;

interface ClusterOptions {
  readonly seed: number;
  readonly nodeCount: number;
  readonly lossPerMille?: number;
  readonly config?: Partial<RumorConfig>;
  /** With a wall clock rumors are logged. */
  readonly hasClock?: boolean;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

interface ClusterNode {
  readonly peers: PeerSet;
  readonly core: RumorCore;
  readonly driver: Driver<RumorCommand, RumorMessage, RumorTimer, RumorEvent>;
  /** How often each rumor was delivered here. */
  readonly learned: Map<string, number>;
}

export class VirtualCluster {
  readonly nodes = new Map<string, ClusterNode>();
  /** Everything that happened, as text: equal for equal seeds. */
  readonly trace: string[] = [];
  nowMs = 0;
  /** Messages sent, by type. */
  readonly sent = new Map<string, number>();
  /** Sees each message that is sent; returns whether the network carries it. */
  filter: (from: string, to: string, message: RumorMessage) => boolean = () => true;
  /** Sees each event. */
  onEvent: (name: string, event: RumorEvent) => void = () => {};
  readonly #options: ClusterOptions;
  /** Shared by all, or most of the time goes into tables of names. */
  readonly #names = new Interner();
  readonly #network: Rng;
  /** A binary heap by time, then by order of asking. */
  readonly #due: Due[] = [];
  #order = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#network = new Rng(options.seed).fork('network');
    const names = Array.from({ length: options.nodeCount }, (_, index) => `node-${index}`);
    for (const name of names) this.#add(name, names);
  }

  /** A node stops; the others notice at once, if `isNoticed`. */
  crash(name: string, isNoticed = true): void {
    this.nodes.delete(name);
    if (isNoticed) for (const { peers } of this.nodes.values()) peers.delete(name);
  }

  publish(origin: string, sequence: number, rumor: Partial<Rumor> = {}): void {
    const id = { origin, generation: 1, sequence };
    const full: Rumor = { id, topic: 'news', payload: new Uint8Array(20), priority: 'normal', ...rumor };
    this.nodes.get(origin)!.driver.command({ type: 'publish', rumor: full });
  }

  /** Runs until nothing is due any more but to forget. Fails when the spreading does not end. */
  runToSilence(limitMs = this.nowMs + 60_000): void {
    for (let due = this.#pop(); due !== undefined; due = this.#pop()) {
      if (due.atMs > limitMs) throw new Error(`still busy after ${limitMs} ms`);
      this.nowMs = due.atMs;
      due.run();
    }
  }

  /** Runs what is due until then. */
  runTo(timeMs: number): void {
    while ((this.#due[0]?.atMs ?? Infinity) <= timeMs) {
      const due = this.#pop()!;
      this.nowMs = due.atMs;
      due.run();
    }
    this.nowMs = timeMs;
  }

  /** How many nodes learned a rumor, and how often in all. */
  deliveries(key: string): { readonly nodeCount: number; readonly totalCount: number } {
    const counts = [...this.nodes.values()].map(({ learned }) => learned.get(key) ?? 0);
    return { nodeCount: counts.filter((count) => count > 0).length, totalCount: counts.reduce((a, b) => a + b, 0) };
  }

  #add(name: string, names: readonly string[]): void {
    const peers = new PeerSet(this.#names);
    for (const peer of names) if (peer !== name) peers.add(peer);
    const config = rumorConfig(this.#options.config);
    const rng = new Rng(this.#options.seed).fork(name);
    const sizeOf = ({ payload }: Rumor): number => payload.length + 20;
    const wallClock = this.#options.hasClock === true ? new WallClock(WALL_MS, 0) : undefined;
    const core = new RumorCore({ config, self: name, peers, rng, sizeOf, wallClock });
    const learned = new Map<string, number>();
    const driver = new Driver<RumorCommand, RumorMessage, RumorTimer, RumorEvent>(core, {
      nowMs: () => this.nowMs,
      send: (to, message) => this.#send(name, to, message),
      schedule: (timer, delayMs) => {
        // Forgetting goes on for minutes after silence.
        if (timer.type === 'expire') return;
        this.#at(delayMs, () => {
          if (this.nodes.has(name)) driver.timer(timer);
        });
      },
      notify: (event) => {
        this.onEvent(name, event);
        const key = 'rumor' in event ? formatRumorId(event.rumor.id) : event.type;
        this.trace.push(`${this.nowMs} ${name} ${event.type} ${key}`);
        if (event.type === 'rumor-learned') learned.set(key, (learned.get(key) ?? 0) + 1);
      },
    });
    this.nodes.set(name, { core, driver, learned, peers });
  }

  #send(from: string, to: string, message: RumorMessage): void {
    this.sent.set(message.type, (this.sent.get(message.type) ?? 0) + 1);
    if (!this.filter(from, to, message)) return;
    if (this.#network.chance(this.#options.lossPerMille ?? 0)) return;
    this.#at(1 + this.#network.below(10), () => this.nodes.get(to)?.driver.message(from, message));
  }

  #at(delayMs: number, run: () => void): void {
    const heap = this.#due;
    heap.push({ atMs: this.nowMs + delayMs, order: this.#order++, run });
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >>> 1;
      if (isSooner(heap[parent]!, heap[index]!)) return;
      [heap[parent], heap[index]] = [heap[index]!, heap[parent]!];
      index = parent;
    }
  }

  #pop(): Due | undefined {
    const heap = this.#due;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isSooner(heap[child]!, heap[least]!)) least = child;
      }
      if (least === index) return first;
      [heap[least], heap[index]] = [heap[index]!, heap[least]!];
      index = least;
    }
  }
}

function isSooner(a: Due, b: Due): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.order < b.order;
}
