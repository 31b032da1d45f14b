/** Many detectors of one kind in virtual time: delays, loss, cut links and crashes, all from one seed. */
import { Driver, Rng, type Via } from '@hearsay/core';
import { type Claim, isPresent, MemberTable, membershipConfig } from '@hearsay/membership';
import {
  type HeartbeatCommand,
  type HeartbeatConfig,
  HeartbeatCore,
  type HeartbeatEvent,
  type HeartbeatMessage,
  type HeartbeatTimer,
  heartbeatConfig,
  phiConfig,
  type QuorumConfig,
  QuorumCore,
  quorumConfig,
} from '../src/index.ts';
import { addressOf, claim, WALL_MS } from './members.ts';

type Message = { readonly type: string };
type Event = { readonly type: string; readonly claim?: Claim; readonly claims?: readonly Claim[] };
/** Either core, as far as a network is concerned. */
type AnyDriver = Driver<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer, HeartbeatEvent>;

export interface TestNode {
  readonly name: string;
  readonly table: MemberTable;
  readonly driver: AnyDriver;
  readonly events: { readonly atMs: number; readonly event: Event }[];
  isUp: boolean;
}

export interface ClusterOptions {
  readonly seed?: number;
  readonly nodeCount: number;
  readonly heartbeat?: Partial<HeartbeatConfig>;
  readonly quorum?: Partial<QuorumConfig>;
  readonly lossPerMille?: number;
  /** Each node knows itself and the first only. Default: all know all. */
  readonly isSparse?: boolean;
}

const DELAY_MS_MAX = 10;

export class TestCluster {
  readonly nodes = new Map<string, TestNode>();
  nowMs = 0;
  sentCount = 0;
  isOpen: (from: string, to: string) => boolean = () => true;
  readonly #options: ClusterOptions;
  readonly #network: Rng;
  readonly #due: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#network = new Rng(options.seed ?? 1).fork('network');
    const names = Array.from({ length: options.nodeCount }, (_, index) => `n-${index}`);
    for (const name of names) this.#add(name, options.isSparse === true ? [name, names[0]!] : names);
  }

  node(name: string): TestNode {
    return this.nodes.get(name)!;
  }

  get live(): TestNode[] {
    return [...this.nodes.values()].filter(({ isUp }) => isUp);
  }

  crash(name: string): void {
    this.node(name).isUp = false;
  }

  /** The status of a member at every live node but itself. */
  statuses(name: string): Set<string | undefined> {
    return new Set(this.live.flatMap((node) => (node.name === name ? [] : [node.table.member(name)?.status])));
  }

  /** Events of one type, of all nodes. */
  told(type: string): { readonly by: string; readonly atMs: number; readonly of: string | undefined }[] {
    return [...this.nodes.values()].flatMap(({ name, events }) =>
      events.flatMap(({ atMs, event }) => (event.type === type ? [{ by: name, atMs, of: event.claim?.name }] : [])),
    );
  }

  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const next = this.#due[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#due.shift();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = endMs;
  }

  #add(name: string, known: readonly string[]): void {
    const { heartbeat, quorum, seed = 1 } = this.#options;
    const table = new MemberTable(membershipConfig(), { name, zone: '' });
    for (const other of known) table.merge(claim(other), WALL_MS, 0);
    const rng = new Rng(seed).fork(name);
    const core =
      quorum === undefined
        ? new HeartbeatCore({
            config: heartbeatConfig(heartbeat),
            phi: phiConfig(),
            table,
            rng,
            self: { name, address: addressOf(name) },
          })
        : new QuorumCore({ config: quorumConfig(quorum), table, rng, self: name });
    const env = {
      nowMs: () => this.nowMs,
      schedule: (timer: HeartbeatTimer, delayMs: number) =>
        this.#after(delayMs, () => node.isUp && node.driver.timer(timer)),
      send: (to: string, message: Message, via?: Via) => this.#send(name, to, message, via),
      notify: (event: Event) => {
        node.events.push({ atMs: this.nowMs, event });
        for (const received of event.claims ?? []) table.merge(received, WALL_MS, this.nowMs);
      },
    };
    const driver: AnyDriver = new Driver<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer, HeartbeatEvent>(
      core as HeartbeatCore,
      env,
    );
    const node: TestNode = { name, table, driver, events: [], isUp: true };
    this.nodes.set(name, node);
    node.driver.command({ type: 'start' });
  }

  #send(from: string, to: string, message: Message, via: Via = 'packet'): void {
    this.sentCount += 1;
    const target = this.nodes.get(to.split('.')[0]!);
    const isLost = via === 'packet' && this.#network.chance(this.#options.lossPerMille ?? 0);
    if (target === undefined || isLost || !this.isOpen(from, target.name)) return;
    const copy = JSON.parse(JSON.stringify(message)) as HeartbeatMessage;
    this.#after(1 + this.#network.fraction() * DELAY_MS_MAX, () => {
      if (!target.isUp || !this.isOpen(from, target.name)) return;
      const held = target.table.get(from);
      target.driver.message(held !== undefined && isPresent(held) ? from : addressOf(from), copy);
    });
  }

  #after(delayMs: number, run: () => void): void {
    const atMs = this.nowMs + delayMs;
    let index = this.#due.length;
    while (index > 0 && (this.#due[index - 1]?.atMs ?? 0) > atMs) index -= 1;
    this.#due.splice(index, 0, { atMs, run });
  }
}
