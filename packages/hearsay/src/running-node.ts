/** The implementation of `HearsayNode`: application calls become commands, stack events become application events. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { StackEvent } from '@hearsay/stack';
import { nodeEvent } from './convert.ts';
import { EventCounters, type Metric } from './counters.ts';
import type { Engine } from './engine.ts';
import { JoinError, StoppedError } from './errors.ts';
import { EventStream, type NodeListener } from './event-stream.ts';
import type { NodeEvent } from './events.ts';
import { FaultControl } from './fault-control.ts';
import { MemberView } from './member-view.ts';
import { nodeMetrics } from './metrics.ts';
import type { HearsayNode, NodeFaults, NodeMembers, NodeRumors, NodeStore } from './node.ts';
import { checkEndpoints } from './options.ts';
import { PendingPings } from './pending-pings.ts';
import { RoundTrips } from './round-trips.ts';
import { RumorDesk } from './rumor-desk.ts';
import { type NodeStatus, nodeStatus } from './status.ts';
import { StoreDesk } from './store-desk.ts';

/** How long `join` waits for an answer unless told otherwise. Source: guess; the node goes on trying after it. */
const JOIN_TIMEOUT_MS = 5_000;

/** A node around a running engine. */
export class RunningNode implements HearsayNode {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly generation: number;
  readonly cluster: string;
  readonly members: NodeMembers;
  readonly rumors: NodeRumors;
  readonly store: NodeStore;
  readonly faults: NodeFaults;
  readonly #engine: Engine;
  readonly #events = new EventStream();
  readonly #counters = new EventCounters();
  readonly #roundTrips = new RoundTrips();
  readonly #pings = new PendingPings();
  readonly #view: MemberView;
  #stopping: Promise<void> | undefined;

  constructor(engine: Engine, options: { readonly cluster: string; readonly allowFaults: boolean }) {
    const { self } = engine.stack;
    this.#engine = engine;
    this.name = self.name;
    this.address = self.address;
    this.generation = self.generation;
    this.cluster = options.cluster;
    this.#view = new MemberView(engine, this.#roundTrips, this.#pings);
    this.members = this.#view;
    this.rumors = new RumorDesk(engine);
    this.store = new StoreDesk(engine);
    this.faults = new FaultControl(engine, options.allowFaults);
    engine.run({
      onEvent: (event) => this.#onEvent(event),
      onError: (error) => this.#events.emit({ type: 'transport-error', error }),
    });
  }

  async join(
    addresses: readonly Endpoint[],
    { timeoutMs = JOIN_TIMEOUT_MS, signal }: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<{ readonly memberCount: number }> {
    signal?.throwIfAborted();
    checkEndpoints('join', addresses);
    const joined = this.#once((event) => event.type === 'joined', timeoutMs, signal);
    this.#engine.command({ type: 'join', seeds: addresses });
    const event = await joined;
    if (event?.type !== 'joined') throw new JoinError(addresses, timeoutMs);
    return { memberCount: event.memberCount };
  }

  async leave(): Promise<void> {
    if (this.#engine.stack.selfClaim.status === 'left') return;
    const left = this.#once((event) => event.type === 'left');
    this.#engine.command({ type: 'leave' });
    await left;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#engine.stop().then(() => {
      this.#pings.close();
      this.#events.close();
    });
    return this.#stopping;
  }

  /** Leaves if it still can, and stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping === undefined) await this.leave();
    await this.stop();
  }

  subscribe(listener: NodeListener): () => void {
    return this.#events.subscribe(listener);
  }

  events({ signal }: { signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<NodeEvent> {
    return this.#events.read(signal);
  }

  setTags(tags: Readonly<Record<string, string>>): void {
    this.#engine.command({ type: 'set-tags', tags: new Map(Object.entries(tags)) });
  }

  status(): NodeStatus {
    return nodeStatus(this.#engine, this.cluster);
  }

  metrics(): readonly Metric[] {
    return [...nodeMetrics(this.#engine), ...this.#counters.metrics()];
  }

  #onEvent(event: StackEvent): void {
    this.#counters.count(event);
    this.#roundTrips.note(event);
    this.#pings.note(event);
    const told = nodeEvent(event, (claim) => this.#view.snapshot(claim));
    if (told !== undefined) this.#events.emit(told);
  }

  /** The first event that fits, or `undefined` after `timeoutMs`. Rejects with the signal, or when the node stops. */
  async #once(
    fits: (event: NodeEvent) => boolean,
    timeoutMs?: number,
    signal?: AbortSignal,
  ): Promise<NodeEvent | undefined> {
    if (this.#stopping !== undefined) throw new StoppedError();
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const reader = this.#events.read(AbortSignal.any([timeout, signal].filter((one) => one !== undefined)));
    for await (const event of reader) if (fits(event)) return event;
    signal?.throwIfAborted();
    if (this.#stopping !== undefined) throw new StoppedError();
    return undefined;
  }
}
