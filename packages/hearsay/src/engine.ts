/** The stack on real sockets: what `createNode` starts and `stop` ends. */
import { Driver, type Endpoint, Rng, WallClock } from '@hearsay/core';
import {
  type FaultyTransport,
  monotonicNowMs,
  openFaultyTransport,
  type RuntimeCounters,
  RuntimeEnv,
  randomSeed,
  type TransportCounters,
  wallNowMs,
} from '@hearsay/runtime';
import {
  type Packet,
  type StackCommand,
  type StackConfig,
  StackCore,
  type StackEvent,
  type StackTimer,
} from '@hearsay/stack';
import { Codec } from '@hearsay/wire';
import { advertisedEndpoint } from './advertise.ts';
import type { Disk } from './disk.ts';
import { StoppedError } from './errors.ts';
import { BIND_DEFAULT, type NodeOptions } from './options.ts';
import { nodeVeto } from './veto.ts';

/** How often the stack is told the wall time. Source: guess; a clock set by NTP drifts less than a millisecond in it. */
const WALL_CLOCK_INTERVAL_MS = 5_000;

/** Who is told what happens. */
export interface EngineListener {
  onEvent(event: StackEvent): void;
  onError(error: Error): void;
  /** The data directory takes no more writes. */
  onDiskError(error: Error): void;
}

/** What is known of a node before it is made. */
export interface EngineLife {
  readonly config: StackConfig;
  readonly generation: number;
  /** Where the store is. `undefined`: in memory. The engine closes it. */
  readonly disk: Disk | undefined;
}

/** Who is told, once somebody listens: the sockets are open before that. */
class ListenerSlot implements EngineListener {
  listener: EngineListener | undefined;

  onEvent(event: StackEvent): void {
    this.listener?.onEvent(event);
  }

  onError(error: Error): void {
    this.listener?.onError(error);
  }

  onDiskError(error: Error): void {
    this.listener?.onDiskError(error);
  }
}

/** Everything that `open` makes. */
interface EngineParts {
  readonly stack: StackCore;
  readonly config: StackConfig;
  readonly transport: FaultyTransport;
  readonly env: RuntimeEnv<Packet, StackTimer, StackEvent>;
  readonly undecodable: UndecodableCounts;
  readonly slot: ListenerSlot;
  readonly disk: Disk | undefined;
}

/** A stack, its sockets and its timers. `open`, `run`, `stop`. */
export class Engine {
  readonly stack: StackCore;
  readonly config: StackConfig;
  readonly #transport: FaultyTransport;
  readonly #env: RuntimeEnv<Packet, StackTimer, StackEvent>;
  readonly #driver: Driver<StackCommand, Packet, StackTimer, StackEvent>;
  readonly #undecodable: UndecodableCounts;
  readonly #slot: ListenerSlot;
  readonly #disk: Disk | undefined;
  #wallTicker: ReturnType<typeof setInterval> | undefined;
  #isStopped = false;

  /** Opens the sockets. Throws `BindError`, `ConfigError`, `TooLargeError`; nothing is left open then. */
  static async open(options: NodeOptions, life: EngineLife): Promise<Engine> {
    const slot = new ListenerSlot();
    const rng = new Rng(options.seed ?? randomSeed());
    const cluster = options.cluster ?? '';
    const codec = new Codec({ label: cluster });
    const undecodable = new UndecodableCounts();
    const env = new RuntimeEnv<Packet, StackTimer, StackEvent>({
      encode: (packet) => codec.encode(packet),
      decode: (bytes, from) => {
        const result = codec.decode(bytes);
        if (result.ok) return { from, message: result.packet };
        undecodable.count(result.error.reason);
        return undefined;
      },
      notify: (event) => slot.onEvent(event),
      onError: (error) => slot.onError(error),
    });
    const { packetBytesMax } = life.config.limits;
    const transport = await openFaultyTransport({
      bind: options.bind ?? BIND_DEFAULT,
      packetBytesMax,
      rng: rng.fork('faults'),
      onReceive: env.receive,
      onError: (error) => slot.onError(error),
      senderOf: (from, bytes, via) => senderAddress(codec, from, bytes, via),
    });
    try {
      const stack = new StackCore({
        config: life.config,
        self: {
          name: options.name,
          address: options.advertise ?? advertisedEndpoint(transport.endpoint),
          generation: life.generation,
          tags: new Map(Object.entries(options.tags ?? {})),
          zone: options.zone,
          isObserver: options.observer,
        },
        sizes: codec,
        rng: rng.fork('stack'),
        wallClock: new WallClock(wallNowMs(), monotonicNowMs()),
        cluster,
        engine: life.disk?.engine,
        veto: nodeVeto(options.allow, options.veto),
      });
      return new Engine({ stack, config: life.config, transport, env, undecodable, slot, disk: life.disk });
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  private constructor(parts: EngineParts) {
    this.stack = parts.stack;
    this.config = parts.config;
    this.#transport = parts.transport;
    this.#env = parts.env;
    this.#undecodable = parts.undecodable;
    this.#slot = parts.slot;
    this.#disk = parts.disk;
    this.#driver = new Driver(this.stack, this.#env);
  }

  /** Starts the protocols. Once. */
  run(listener: EngineListener): void {
    this.#slot.listener = listener;
    this.#env.start(this.#driver, this.#transport);
    this.#driver.command({ type: 'start' });
    this.#wallTicker = setInterval(() => {
      this.#driver.command({ type: 'wall-clock', wallMs: wallNowMs() });
    }, WALL_CLOCK_INTERVAL_MS);
    this.#wallTicker.unref();
    this.#disk?.listen({
      onDamage: (key) => {
        if (!this.#isStopped) this.#driver.command({ type: 'store-lose', key });
      },
      onFailure: (error) => this.#slot.onDiskError(error),
    });
  }

  /** Resolves when all writes until now are as durable as was asked for; at once for a store in memory. */
  async flushed(): Promise<void> {
    if (this.#isStopped) throw new StoppedError();
    await this.#disk?.flushed();
  }

  /** The faults of the transport. Throws `StoppedError`. */
  get faults(): Pick<FaultyTransport, 'set' | 'clear'> {
    if (this.#isStopped) throw new StoppedError();
    return this.#transport;
  }

  nowMs(): number {
    return monotonicNowMs();
  }

  /** Wall milliseconds at a monotonic time of the past. */
  wallMsAt(nowMs: number): number {
    return wallNowMs() - (monotonicNowMs() - nowMs);
  }

  /** How late this process's own timers fired at most lately, ms. */
  lagMs(): number {
    return this.#env.peakLatenessMs;
  }

  /** Runs one command to its end. Throws what the command throws, and `StoppedError`. */
  command(command: StackCommand): void {
    if (this.#isStopped) throw new StoppedError();
    this.#driver.command(command);
  }

  /** Counters of the sockets, of the environment, and of bytes that no packet was made of. */
  counters(): {
    readonly transport: TransportCounters;
    readonly runtime: RuntimeCounters;
    readonly undecodable: ReadonlyMap<string, number>;
  } {
    return {
      transport: this.#transport.counters(),
      runtime: this.#env.counters(),
      undecodable: this.#undecodable.byReason,
    };
  }

  /** Closes the sockets. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#isStopped) {
      this.stack.rumors.settle();
      this.stack.store.settle();
    }
    this.#isStopped = true;
    clearInterval(this.#wallTicker);
    this.#env.stop();
    await this.#transport.close();
    await this.#disk?.close();
  }
}

/** Packets refused by the codec, by reason. */
class UndecodableCounts {
  readonly byReason = new Map<string, number>();

  count(reason: string): void {
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
  }
}

/** Who sent it: on a stream the source port says nothing, and the packet tells. Asked only while somebody is blocked. */
function senderAddress(
  codec: Codec,
  from: Endpoint,
  bytes: Uint8Array,
  via: 'packet' | 'stream',
): Endpoint | undefined {
  if (via === 'packet') return from;
  const result = codec.decode(bytes);
  return result.ok && result.packet.address !== '' ? result.packet.address : undefined;
}
