/** The implementation of `HearsayNode`: application calls become commands, stack events become application events. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { StackCommand, StackEvent } from '@hearsay/stack';
import { nodeEvent } from './convert.ts';
import { EventCounters, type Metric } from './counters.ts';
import type { Engine } from './engine.ts';
import { JoinError, StoppedError } from './errors.ts';
import { EventStream, type NodeListener } from './event-stream.ts';
import type { NodeEvent } from './events.ts';
import { FaultControl } from './fault-control.ts';
import { MemberView } from './member-view.ts';
import { nodeMetrics } from './metrics.ts';
import type { HearsayNode, NodeFaults, NodeMembers, NodeStates, NodeStore } from './node.ts';
import { checkEndpoints } from './options.ts';
import { PendingPings } from './pending-pings.ts';
import type { NodeRing } from './ring.ts';
import { RingDesk } from './ring-desk.ts';
import { RoundTrips } from './round-trips.ts';
import { RumorDesk } from './rumor-desk.ts';
import { StateDesk } from './state-desk.ts';
import { type NodeStatus, nodeStatus } from './status.ts';
import { StoreDesk } from './store-desk.ts';
import { StoreLog } from './store-watch.ts';

/** How long `join` waits for an answer unless told otherwise. Source: guess; the node goes on trying after it. */
const JOIN_TIMEOUT_MS = 5_000;

/** How long to wait for an answer: for ever unless told otherwise. */
interface Wait {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `join` resolves with. */
interface Joined {
  readonly memberCount: number;
}

/** A node around a running engine. */
export class RunningNode implements HearsayNode {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly generation: number;
  readonly cluster: string;
  readonly members: NodeMembers;
  readonly rumors: RumorDesk;
  readonly store: NodeStore;
  readonly state: NodeStates;
  readonly ring: NodeRing;
  readonly faults: NodeFaults;
  readonly #engine: Engine;
  readonly #events = new EventStream();
  readonly #storeLog: StoreLog;
  readonly #counters = new EventCounters();
  readonly #roundTrips = new RoundTrips();
  readonly #pings = new PendingPings();
  readonly #view: MemberView;
  #leaving: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(engine: Engine, options: { readonly cluster: string; readonly allowFaults: boolean }) {
    const { self } = engine.stack;
    this.#engine = engine;
    this.#storeLog = new StoreLog(String(self.generation));
    this.name = self.name;
    this.address = self.address;
    this.generation = self.generation;
    this.cluster = options.cluster;
    this.#view = new MemberView(engine, this.#roundTrips, this.#pings);
    this.members = this.#view;
    this.rumors = new RumorDesk(engine, this.#events);
    this.store = new StoreDesk(engine, this.#storeLog);
    this.state = new StateDesk(engine, this.#events);
    this.ring = new RingDesk(engine, this.#events);
    this.faults = new FaultControl(engine, options.allowFaults);
    engine.run({
      onEvent: (event) => this.#onEvent(event),
      onError: (error) => this.#events.emit({ type: 'transport-error', error }),
      onDiskError: (error) => this.#events.emit({ type: 'disk-error', error }),
    });
  }

  async join(addresses: readonly Endpoint[], { timeoutMs = JOIN_TIMEOUT_MS, signal }: Wait = {}): Promise<Joined> {
    checkEndpoints('join', addresses);
    // The end of a leave is told only if no join overtakes it.
    while (this.#leaving !== undefined) await this.#leaving;
    signal?.throwIfAborted();
    const joined = await this.#run({ type: 'join', seeds: addresses }, (event) => event.type === 'joined', {
      timeoutMs,
      signal,
    });
    if (joined === undefined) throw new JoinError(addresses, timeoutMs);
    return { memberCount: joined.memberCount };
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave().finally(() => {
      this.#leaving = undefined;
    });
    return this.#leaving;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#engine.stop().then(() => {
      this.#pings.close();
      this.rumors.close();
      this.#events.close();
      this.#storeLog.close();
    });
    return this.#stopping;
  }

  /** Leaves if it still can, and stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.leave();
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
    } finally {
      await this.stop();
    }
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
    return [
      ...nodeMetrics(this.#engine),
      ...this.rumors.metrics(),
      this.#roundTrips.metric(),
      ...this.#counters.metrics(),
    ];
  }

  #onEvent(event: StackEvent): void {
    this.#counters.count(event);
    this.#roundTrips.note(event);
    this.#pings.note(event);
    this.rumors.note(event);
    const told = nodeEvent(event, (claim) => this.#view.snapshot(claim));
    if (told?.type === 'store-changed') {
      const { key, version, origin, isDeleted } = told;
      this.#storeLog.append({ key, version, origin, isDeleted });
    }
    if (told !== undefined) this.#events.emit(told);
  }

  async #leave(): Promise<void> {
    if (this.#engine.stack.selfClaim.status === 'left') return;
    await this.#run({ type: 'leave' }, (event) => event.type === 'left');
  }

  /**
   * Runs a command and waits for the event that answers it; `undefined` after `timeoutMs`. Rejects with the signal, and
   * when the node stops.
   */
  async #run<E extends NodeEvent>(
    command: StackCommand,
    isAnswer: (event: NodeEvent) => event is E,
    { timeoutMs, signal }: Wait = {},
  ): Promise<E | undefined> {
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const reader = this.#events.read(AbortSignal.any([timeout, signal].filter((one) => one !== undefined)));
    this.#engine.command(command);
    for await (const event of reader) if (isAnswer(event)) return event;
    signal?.throwIfAborted();
    if (this.#stopping !== undefined) throw new StoppedError();
    return undefined;
  }
}
