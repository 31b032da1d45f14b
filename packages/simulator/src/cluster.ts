/**
 * A simulated cluster of the stack that ships: every node is a `StackCore`, and every packet passes the encoder and
 * the decoder of the wire, unless speed matters more. Nodes are known by name here and by endpoint to the simulation.
 */
import { type Endpoint, Interner, type NodeId, type Rng, utf8Bytes } from '@hearsay/core';
import { aliveClaim, type Claim, type Tags } from '@hearsay/membership';
import type { Rumor, RumorId } from '@hearsay/rumor';
import {
  type Packet,
  type StackCommand,
  type StackConfig,
  StackCore,
  type StackEvent,
  type StackOptions,
  type StackTimer,
  type StackTwin,
  stackConfig,
} from '@hearsay/stack';
import type { StoreEngine } from '@hearsay/store';
import { Codec } from '@hearsay/wire';
import type { NetworkConfig, SimulationConfig } from './config.ts';
import type { SimulationCodec } from './post.ts';
import { SEAL_BYTES, sealedCodec } from './seal.ts';
import { Simulation } from './simulation.ts';
import { type DiskFate, VirtualDisk } from './virtual-disk.ts';

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
  /**
   * With a codec: packets carry a checksum, as sealed ones do, and damaged ones are refused. Default false: what is
   * damaged and decodes is believed.
   */
  readonly isSealed?: boolean;
}

/** How a life differs from others of its node. */
export interface LifeOptions {
  readonly tags?: Tags;
  /** Members that it knows already. Default: none. */
  readonly members?: readonly Claim[];
  /** Default empty: zones are not used. */
  readonly zone?: string;
  /** Learns who the members are, and is none. Default false. */
  readonly isObserver?: boolean;
  /** Where its store keeps its records: what an earlier life has left. Default: nothing. */
  readonly engine?: StoreEngine | undefined;
}

/** The world that a cluster lives in: ids are endpoints. */
export type ClusterWorld = Simulation<StackCommand, Packet, StackTimer, StackEvent, StackCore>;

const PORT = 7_946;
const MS_PER_SECOND = 1_000;
const BYTE_RANGE = 256;
const CLUSTER_NAME = 'simulated';
const GENERATION_FILE = 'generation';
const GENERATION_PATTERN = /^\d{1,10}\n$/;

/** Starts, crashes and restarts nodes by name, and asks them for what nodes do. */
export class ClusterSimulation {
  /** For faults, time, observers and the trace. */
  readonly world: ClusterWorld;
  /** Every node's. */
  readonly config: StackConfig;
  /** All names, started or not. */
  readonly names: readonly NodeId[];
  /** What the carrier adds to a packet, above the stack's own limit. */
  readonly sealBytes: number;
  readonly #codec = new Codec({ label: CLUSTER_NAME });
  readonly #indexes: ReadonlyMap<NodeId, number>;
  readonly #disks = new Map<NodeId, VirtualDisk>();
  readonly #skewsMs = new Map<NodeId, number>();
  /** One for all nodes: thousands of member tables then share each name. */
  readonly #interner = new Interner();
  readonly #sequences = new Map<NodeId, number>();
  /** Of nodes that have moved. */
  readonly #addresses = new Map<NodeId, Endpoint>();
  readonly #startObservers: ((name: NodeId) => void)[] = [];

  /** Throws `ConfigError` when an option breaks a rule. */
  constructor({ seed, nodeCount, stack, network, config, hasCodec = true, isSealed = false }: ClusterOptions) {
    this.config = stackConfig(stack);
    const width = String(nodeCount).length;
    this.names = Array.from({ length: nodeCount }, (_, index) => `node-${String(index + 1).padStart(width, '0')}`);
    this.#indexes = new Map(this.names.map((name, index) => [name, index]));
    const codec = this.#codec;
    this.sealBytes = hasCodec && isSealed ? SEAL_BYTES : 0;
    const plain = codecOf(codec);
    this.world = new Simulation({
      seed,
      network: { packetBytesMax: this.packetBytesMax, ...network },
      ...(config === undefined ? {} : { config }),
      ...(hasCodec
        ? { codec: isSealed ? sealedCodec(plain) : plain }
        : { sizeOf: (packet: Packet) => packetBytes(codec, packet) }),
    });
  }

  /** The network loses larger packets. */
  get packetBytesMax(): number {
    return this.config.limits.packetBytesMax + this.sealBytes;
  }

  /** The endpoint of a node. */
  addressOf(name: NodeId): Endpoint {
    const moved = this.#addresses.get(name);
    if (moved !== undefined) return moved;
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
  start(name: NodeId, seeds: readonly NodeId[] = [], options: LifeOptions = {}): void {
    const id = this.addressOf(name);
    if (this.world.has(id)) this.world.restart(id, (rng) => this.#makeCore(name, rng, options));
    else this.world.add(id, (rng) => this.#makeCore(name, rng, options));
    for (const observer of this.#startObservers) observer(name);
    this.world.command(id, { type: 'start' });
    const others = seeds.filter((seed) => seed !== name).map((seed) => this.addressOf(seed));
    if (others.length > 0) this.world.command(id, { type: 'join', seeds: others });
  }

  /**
   * Starts all nodes as members that know each other already, as after a restart of the whole cluster from its
   * snapshots: no news is spread, so a quiet cluster is quiet at once. Only for a cluster of which no node was started.
   */
  startTogether(): void {
    const members = this.names.map((name) => this.#firstClaim(name));
    let twin: StackTwin | undefined;
    for (const name of this.names) {
      const id = this.addressOf(name);
      this.world.add(id, (rng) => this.#makeCore(name, rng, { members: twin === undefined ? members : [] }, twin));
      twin ??= this.core(name).twin;
      for (const observer of this.#startObservers) observer(name);
      this.world.command(id, { type: 'start' });
    }
  }

  /** Adds an observer of lives that begin: the core is there and has had no input yet. */
  onStart(observer: (name: NodeId) => void): void {
    this.#startObservers.push(observer);
  }

  /** `fate` is what becomes of the disk; see `DiskFate`. */
  crash(name: NodeId, fate: DiskFate = 'kept'): void {
    const id = this.addressOf(name);
    this.world.crash(id);
    this.disk(name).crash(fate, this.world.node(id).dice);
    if (fate !== 'kept') this.world.trace.note(this.world.nowMs, 'fault', id, { disk: fate });
  }

  /** The next life of a node that is down, or not started yet, has this address. Nobody who is up may have it. */
  move(name: NodeId, address: Endpoint): void {
    this.#addresses.set(name, address);
  }

  /** What outlives the lives of a node. It holds the generation; add what you like. */
  disk(name: NodeId): VirtualDisk {
    const held = this.#disks.get(name);
    if (held !== undefined) return held;
    const made = new VirtualDisk();
    this.#disks.set(name, made);
    return made;
  }

  /** Sets the wall clock of a node so far ahead of the world's, or with a negative number behind, now and for ever. */
  setWallSkew(name: NodeId, skewMs: number): void {
    this.#skewsMs.set(name, skewMs);
    this.tellWallClock(name);
  }

  /** Lets a node that is up read its wall clock. After a drift it has to, now and then. */
  tellWallClock(name: NodeId): void {
    const id = this.addressOf(name);
    if (!this.world.has(id) || this.world.node(id).state === 'crashed') return;
    this.world.command(id, { type: 'wall-clock', wallMs: this.wallMsOf(name) });
  }

  /** What the wall clock of a node shows. */
  wallMsOf(name: NodeId): number {
    return this.world.wallMs + (this.#skewsMs.get(name) ?? 0);
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

  #makeCore(
    name: NodeId,
    rng: Rng,
    { tags = new Map(), zone = '', isObserver = false, members = [], engine }: LifeOptions,
    twin?: StackTwin,
  ): StackCore {
    const id = this.addressOf(name);
    this.#sequences.delete(name);
    return new StackCore({
      config: this.config,
      self: { name, address: id, generation: this.#nextGeneration(name), tags, zone, isObserver },
      sizes: this.#codec,
      rng,
      wallClock: this.world.wallClock(this.#skewsMs.get(name), id),
      cluster: CLUSTER_NAME,
      names: this.#interner,
      members,
      twin,
      engine,
    });
  }

  #firstClaim(name: NodeId): Claim {
    const generation = Math.floor(this.wallMsOf(name) / MS_PER_SECOND);
    return aliveClaim({ name, address: this.addressOf(name), generation });
  }

  /** Rises with every life that finds the disk of the last, also when a life lasts less than a second. */
  #nextGeneration(name: NodeId): number {
    const disk = this.disk(name);
    const text = String.fromCharCode(...(disk.read(GENERATION_FILE) ?? []));
    const stored = GENERATION_PATTERN.test(text) ? Number(text) : 0;
    const generation = Math.max(stored + 1, Math.floor(this.wallMsOf(name) / MS_PER_SECOND));
    disk.write(GENERATION_FILE, utf8Bytes(`${generation}\n`));
    disk.sync();
    return generation;
  }
}

function codecOf(codec: Codec): SimulationCodec<Packet> {
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
