/**
 * A simulated cluster of the stack that ships: every node is a `StackCore`, and every packet passes the encoder and
 * the decoder of the wire, unless speed matters more. Nodes are known by name here and by endpoint to the simulation.
 */
import type { Endpoint, NodeId, Rng } from '@hearsay/core';
import type { Rumor, RumorId } from '@hearsay/rumor';
import {
  type Packet,
  type StackCommand,
  type StackConfig,
  StackCore,
  type StackEvent,
  type StackOptions,
  type StackTimer,
  stackConfig,
} from '@hearsay/stack';
import { Codec } from '@hearsay/wire';
import type { NetworkConfig, SimulationConfig } from './config.ts';
import { Simulation } from './simulation.ts';

/** What a simulated cluster is made of. */
export interface ClusterOptions {
  /** Any 32-bit integer. Everything random comes from it. */
  readonly seed: number;
  /** Names and addresses are made for so many nodes; none is started. 1 to 65536. */
  readonly nodeCount: number;
  /** Options of every node's stack. */
  readonly stack?: StackOptions;
  /** Default: `packetBytesMax` is the stack's, so a packet above its limit is lost and counted. */
  readonly network?: Partial<NetworkConfig>;
  readonly config?: Partial<SimulationConfig>;
  /** Packets travel as bytes, through encoder and decoder. Default true; false is faster, and sizes stay exact. */
  readonly hasCodec?: boolean;
}

/** The world that a cluster lives in: ids are endpoints. */
export type ClusterWorld = Simulation<StackCommand, Packet, StackTimer, StackEvent, StackCore>;

const PORT = 7_946;
const MS_PER_SECOND = 1_000;
const BYTE_RANGE = 256;
const CLUSTER_NAME = 'simulated';

/** Starts, crashes and restarts nodes by name, and asks them for what nodes do. */
export class ClusterSimulation {
  /** For faults, time, observers and the trace. */
  readonly world: ClusterWorld;
  /** Every node's. */
  readonly config: StackConfig;
  /** All names, started or not. */
  readonly names: readonly NodeId[];
  readonly #codec = new Codec({ label: CLUSTER_NAME });
  readonly #indexes: ReadonlyMap<NodeId, number>;
  readonly #generations = new Map<NodeId, number>();
  readonly #sequences = new Map<NodeId, number>();

  /** Throws `ConfigError` when an option breaks a rule. */
  constructor({ seed, nodeCount, stack, network, config, hasCodec = true }: ClusterOptions) {
    this.config = stackConfig(stack);
    const width = String(nodeCount).length;
    this.names = Array.from({ length: nodeCount }, (_, index) => `node-${String(index + 1).padStart(width, '0')}`);
    this.#indexes = new Map(this.names.map((name, index) => [name, index]));
    const codec = this.#codec;
    this.world = new Simulation({
      seed,
      network: { packetBytesMax: this.config.limits.packetBytesMax, ...network },
      ...(config === undefined ? {} : { config }),
      ...(hasCodec ? { codec: codecOf(codec) } : { sizeOf: (packet: Packet) => packetBytes(codec, packet) }),
    });
  }

  /** The endpoint of a node. */
  addressOf(name: NodeId): Endpoint {
    const index = this.#indexes.get(name) ?? this.names.length;
    return `10.0.${Math.floor(index / BYTE_RANGE)}.${index % BYTE_RANGE}:${PORT}`;
  }

  /** The core of a node that was started. Throws `ConfigError` for another. */
  core(name: NodeId): StackCore {
    return this.world.node(this.addressOf(name)).core;
  }

  /** Names of all nodes that are up, in order; paused ones too. */
  liveNames(): NodeId[] {
    return this.world
      .nodes()
      .filter((node) => node.state !== 'crashed')
      .map((node) => node.core.self.name);
  }

  /** Starts a node, for the first time or again, and lets it join by these members. */
  start(name: NodeId, seeds: readonly NodeId[] = []): void {
    const id = this.addressOf(name);
    if (this.#generations.has(name)) this.world.restart(id, (rng) => this.#makeCore(name, rng));
    else this.world.add(id, (rng) => this.#makeCore(name, rng));
    this.world.command(id, { type: 'start' });
    const others = seeds.filter((seed) => seed !== name).map((seed) => this.addressOf(seed));
    if (others.length > 0) this.world.command(id, { type: 'join', seeds: others });
  }

  crash(name: NodeId): void {
    this.world.crash(this.addressOf(name));
  }

  /** Separates groups of names; see `Simulation.partition`. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.world.partition(groups.map((group) => group.map((name) => this.addressOf(name))));
  }

  command(name: NodeId, command: StackCommand): void {
    this.world.command(this.addressOf(name), command);
  }

  /** Publishes a rumor at a node and returns its id. */
  publish(name: NodeId, topic: string, payload: Uint8Array, priority: Rumor['priority'] = 'normal'): RumorId {
    const sequence = (this.#sequences.get(name) ?? 0) + 1;
    this.#sequences.set(name, sequence);
    const id = { origin: name, generation: this.core(name).self.generation, sequence };
    this.command(name, { type: 'publish', rumor: { id, topic, payload, priority } });
    return id;
  }

  /** The generation rises with every life, also when a life lasts less than a second. */
  #makeCore(name: NodeId, rng: Rng): StackCore {
    const wallSeconds = Math.floor(this.world.wallMs / MS_PER_SECOND);
    const generation = Math.max((this.#generations.get(name) ?? 0) + 1, wallSeconds);
    this.#generations.set(name, generation);
    this.#sequences.delete(name);
    return new StackCore({
      config: this.config,
      self: { name, address: this.addressOf(name), generation, tags: new Map() },
      sizes: this.#codec,
      rng,
      wallClock: this.world.wallClock(),
      cluster: CLUSTER_NAME,
    });
  }
}

function codecOf(codec: Codec): { encode(packet: Packet): Uint8Array; decode(bytes: Uint8Array): Packet | undefined } {
  return {
    encode: (packet) => codec.encode(packet),
    decode: (bytes) => {
      const result = codec.decode(bytes);
      return result.ok ? result.packet : undefined;
    },
  };
}

function packetBytes(codec: Codec, packet: Packet): number {
  const overheadBytes = codec.overheadBytes(packet.from, packet.address);
  return packet.messages.reduce((sum, message) => sum + codec.sizeOf(message), overheadBytes);
}
