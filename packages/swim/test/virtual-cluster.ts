/** Many SWIM cores in virtual time: delays, loss, cut links, crashes and pauses, all from one seed. */
import { Driver, isEndpoint, Rng, type Via, WallClock } from '@hearsay/core';
import {
  type Claim,
  type MembershipConfig,
  MemberTable,
  membershipConfig,
  NO_TAGS,
  type Tags,
} from '@hearsay/membership';
import {
  type SwimCommand,
  type SwimConfig,
  SwimCore,
  type SwimEvent,
  type SwimMessage,
  type SwimTimer,
  swimConfig,
} from '../src/index.ts';
import { Agenda, type Due, isSooner } from './agenda.ts';
import { claim, type Kind, WALL_MS } from './solo.ts';

export interface ClusterOptions {
  readonly seed?: number;
  /** Members `n-0`, `n-1` …, which know each other from the start. Default 0. */
  readonly nodeCount?: number;
  readonly config?: Partial<SwimConfig>;
  readonly membership?: Partial<MembershipConfig>;
  /** Of packets; streams arrive. */
  readonly lossPerMille?: number;
}

export interface NodeOptions {
  readonly generation?: number;
  readonly address?: string;
  readonly tags?: Tags;
  readonly zone?: string;
  readonly isObserver?: boolean;
}

export interface VirtualNode {
  readonly name: string;
  readonly address: string;
  readonly core: SwimCore;
  readonly table: MemberTable;
  readonly driver: Driver<SwimCommand, SwimMessage, SwimTimer, SwimEvent>;
  readonly events: { readonly atMs: number; readonly event: SwimEvent }[];
  isUp: boolean;
  /** Holds what waits while the process stands still. */
  waiting: Due[] | undefined;
}

const DELAY_MS_MAX = 10;
const PIGGYBACK_BYTES = 1_000;
const CLAIM_BYTES = 60;

export class VirtualCluster {
  /** By address. */
  readonly #byAddress = new Map<string, VirtualNode>();
  readonly nodes = new Map<string, VirtualNode>();
  /** All events of all nodes as text: equal for equal seeds. */
  readonly trace: string[] = [];
  nowMs = 0;
  /** Whether a message gets through. Replace it to cut links. */
  isOpen: (from: string, to: string, via: Via) => boolean = () => true;
  /** Packets and streams sent, by type of message. */
  readonly sentCounts = new Map<string, number>();
  readonly #options: ClusterOptions;
  readonly #rng: Rng;
  readonly #network: Rng;
  readonly #agenda = new Agenda();

  constructor(options: ClusterOptions = {}) {
    this.#options = options;
    this.#rng = new Rng(options.seed ?? 1).fork('cluster');
    this.#network = this.#rng.fork('network');
    const names = Array.from({ length: options.nodeCount ?? 0 }, (_, index) => `n-${index}`);
    const claims = names.map((name) => claim(name, { address: addressOf(name) }));
    for (const name of names) this.add(name, {}, claims);
  }

  node(name: string): VirtualNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(name);
    return node;
  }

  /** Starts a process. One of the same name before it is gone. */
  add(name: string, options: NodeOptions = {}, snapshot: readonly Claim[] = []): VirtualNode {
    const { generation = 1, address = addressOf(name), tags = NO_TAGS, zone, isObserver } = options;
    const table = new MemberTable(membershipConfig(this.#options.membership), { name, zone: zone ?? '' });
    for (const held of snapshot) if (held.name !== name) table.merge(held, WALL_MS, 0);
    const core = new SwimCore({
      config: swimConfig(this.#options.config),
      table,
      rng: this.#rng.fork(`${name} ${generation} ${address}`),
      wallClock: new WallClock(WALL_MS, 0),
      sizeOf: () => CLAIM_BYTES,
      self: { name, address, generation, tags, zone, isObserver },
    });
    const driver: VirtualNode['driver'] = new Driver(core, {
      nowMs: () => this.nowMs,
      send: (to, message, via) => this.#send(node, to, message, via),
      schedule: (timer, delayMs) => this.#schedule(node, timer, delayMs),
      notify: (event) => {
        node.events.push({ atMs: this.nowMs, event });
        this.trace.push(`${this.nowMs} ${name} ${JSON.stringify(event)}`);
      },
    });
    const node: VirtualNode = { name, address, core, table, driver, events: [], isUp: true, waiting: undefined };
    const earlier = this.nodes.get(name);
    if (earlier?.address === address) earlier.isUp = false;
    this.nodes.set(name, node);
    this.#byAddress.set(address, node);
    driver.command({ type: 'start' });
    return node;
  }

  join(name: string, ...seeds: readonly string[]): void {
    this.node(name).driver.command({ type: 'join', seeds: seeds.map((seed) => this.node(seed).address) });
  }

  crash(name: string): void {
    this.node(name).isUp = false;
  }

  /** The process stands still: what is due for it waits, and is handled at the end, timers or messages first. */
  pause(name: string, durationMs: number, first: Due['kind'] = 'timer'): void {
    const node = this.node(name);
    node.waiting = [];
    const run = (): void => {
      const waiting = node.waiting ?? [];
      node.waiting = undefined;
      const isFirst = (due: Due): number => (due.kind === first ? 0 : 1);
      waiting.sort((a, b) => isFirst(a) - isFirst(b) || (isSooner(a, b) ? -1 : 1));
      for (const due of waiting) if (node.isUp) due.run();
    };
    this.#agenda.add({ atMs: this.nowMs + durationMs, owner: '', kind: 'timer', run });
  }

  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    while (this.#agenda.nextMs <= endMs) this.#runNext();
    this.nowMs = endMs;
  }

  /** Runs until it holds. Fails when it does not within the limit. */
  runUntil(isReached: () => boolean, limitMs: number): void {
    const endMs = this.nowMs + limitMs;
    while (!isReached()) {
      if (this.#agenda.nextMs > endMs) throw new Error(`not reached in ${limitMs} ms`);
      this.#runNext();
    }
  }

  /** What each node that is up believes of one member. */
  beliefs(name: string): (string | undefined)[] {
    return this.up().map(({ table }) => table.get(name)?.status);
  }

  up(): VirtualNode[] {
    return [...this.nodes.values()].filter(({ isUp }) => isUp);
  }

  /** Whether every node that is up holds exactly the nodes that are up for alive. */
  get isWhole(): boolean {
    const names = this.up().map(({ name }) => name);
    return this.up().every(
      ({ table }) =>
        table.countOf('alive') === names.length && names.every((name) => table.get(name)?.status === 'alive'),
    );
  }

  /** All events of a type, with who raised each. */
  events<T extends SwimEvent['type']>(type: T): { by: string; atMs: number; event: Kind<SwimEvent, T> }[] {
    const found: { by: string; atMs: number; event: Kind<SwimEvent, T> }[] = [];
    for (const { name, events } of this.nodes.values()) {
      for (const { atMs, event } of events) {
        if (event.type === type) found.push({ by: name, atMs, event: event as Kind<SwimEvent, T> });
      }
    }
    return found;
  }

  #runNext(): void {
    const due = this.#agenda.take();
    if (due === undefined) return;
    this.nowMs = due.atMs;
    const node = this.#byAddress.get(due.owner);
    if (node?.waiting !== undefined) node.waiting.push(due);
    else due.run();
  }

  #schedule(node: VirtualNode, timer: SwimTimer, delayMs: number): void {
    const run = (): void => {
      if (node.isUp) node.driver.timer(timer);
    };
    this.#agenda.add({ atMs: this.nowMs + delayMs, owner: node.address, kind: 'timer', run });
  }

  /** As the stack does it: news rides on every packet that has none already. */
  #send(from: VirtualNode, to: string, message: SwimMessage, via: Via): void {
    const messages = [message];
    if (via === 'packet' && message.type !== 'claims') {
      const news = from.core.piggyback(to, PIGGYBACK_BYTES);
      if (news !== undefined) messages.push(news);
    }
    this.sentCounts.set(message.type, (this.sentCounts.get(message.type) ?? 0) + 1);
    const target = this.#byAddress.get(isEndpoint(to) ? to : (from.table.get(to)?.address ?? ''));
    if (target === undefined || !this.isOpen(from.name, target.name, via)) return;
    if (via === 'packet' && this.#network.chance(this.#options.lossPerMille ?? 0)) return;
    const run = (): void => {
      for (const each of messages) if (target.isUp) target.driver.message(senderAsKnown(from, target), each);
    };
    const atMs = this.nowMs + 1 + this.#network.below(DELAY_MS_MAX);
    this.#agenda.add({ atMs, owner: target.address, kind: 'message', run });
  }
}

/** A member by its name; a stranger, or one that shares the name of a member, by its address. */
function senderAsKnown(from: VirtualNode, to: VirtualNode): string {
  return to.table.get(from.name)?.address === from.address ? from.name : from.address;
}

function addressOf(name: string): string {
  return `${name}.test:7946`;
}
