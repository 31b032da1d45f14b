/** The stage of a swarm: plays acts on a cluster, undoes them, and heals all. */
import { assertNever, type NodeId, utf8Bytes } from '@hearsay/core';
import type { Calm } from '../checkers/calm.ts';
import type { ClusterSimulation } from '../cluster.ts';
import { networkConfig } from '../config.ts';
import type { Act, Fault, Link, Work } from './act.ts';
import { Links } from './links.ts';
import { nameOf, type SwarmPlan } from './plan.ts';
import { Walls } from './walls.ts';

/** How often a node whose clock drifts reads its wall clock. Source: hearsay's own interval. */
const WALL_CLOCK_INTERVAL_MS = 5_000;
/** Without at least two, one seed would have nobody to ask. */
const SEED_COUNT_MIN = 2;
const FILL = 7;
const BYTE_BITS = 8;
const BYTE_MAX = 0xff;

/** See the file's first line. */
export class Stage {
  readonly #cluster: ClusterSimulation;
  readonly #plan: SwarmPlan;
  readonly #calm: Calm;
  readonly #links: Links;
  readonly #walls: Walls;
  readonly #seeds: readonly NodeId[];
  readonly #tags = new Map<NodeId, ReadonlyMap<string, string>>();
  /** Those that never come back. */
  readonly #gone = new Set<NodeId>();
  /** What undoes each fault that is going on. */
  readonly #undos = new Map<Act, () => void>();
  /** Jumps of the wall clock that go on, by node. */
  readonly #jumpCounts = new Map<NodeId, number>();
  #playedCount = 0;
  #movedCount = 0;

  constructor(cluster: ClusterSimulation, plan: SwarmPlan, calm: Calm) {
    const { world } = cluster;
    const idOf = (index: number): NodeId => cluster.addressOf(nameOf(cluster.names, index));
    this.#cluster = cluster;
    this.#plan = plan;
    this.#calm = calm;
    this.#seeds = cluster.names.slice(0, Math.max(SEED_COUNT_MIN, plan.seedCount));
    const base = networkConfig({ ...plan.network, packetBytesMax: cluster.packetBytesMax });
    this.#links = new Links(
      {
        setNetwork: (changes) => world.setNetwork(changes),
        setLink: (link, changes) => {
          const from = idOf(link.from);
          const to = idOf(link.to);
          world.setLink(from, to, changes);
          return () => world.setLink(from, to, undefined);
        },
      },
      base,
      plan.zones,
      plan.farMs,
    );
    this.#walls = new Walls(world, idOf);
  }

  /** Acts that had an effect. */
  get playedCount(): number {
    return this.#playedCount;
  }

  get gone(): ReadonlySet<NodeId> {
    return this.#gone;
  }

  /** Begins a life of a node. */
  start(name: NodeId): void {
    const index = this.#cluster.names.indexOf(name);
    const { zones, nodeCount, observerCount } = this.#plan;
    const isObserver = index >= nodeCount - observerCount;
    this.#cluster.start(name, this.#seeds, {
      tags: this.#tags.get(name) ?? new Map(),
      zone: zones[index] ?? '',
      isObserver,
    });
  }

  /** Plays an act now; what it began ends by itself. */
  play(act: Act): void {
    if ('work' in act) return this.#work(act.work);
    const undo =
      'leaver' in act ? this.#leave(nameOf(this.#cluster.names, act.leaver), act.exits) : this.#begin(act.fault);
    if (undo === undefined) return;
    this.#playedCount += 1;
    const names = 'leaver' in act ? [nameOf(this.#cluster.names, act.leaver)] : this.#disturbedBy(act.fault);
    const { world } = this.#cluster;
    this.#calm.begin(names);
    this.#undos.set(act, () => {
      undo();
      this.#calm.end(names, world.nowMs);
    });
    world.at(world.nowMs + act.lastsMs, () => this.#undo(act));
  }

  /** Ends all that goes on. Who is down starts, unless it is gone. */
  heal(): void {
    for (const act of [...this.#undos.keys()]) this.#undo(act);
  }

  #undo(act: Act): void {
    const undo = this.#undos.get(act);
    this.#undos.delete(act);
    undo?.();
  }

  /** `undefined`: the whole network. */
  #disturbedBy(fault: Fault): NodeId[] | undefined {
    return 'nodes' in fault ? fault.nodes.map((node) => nameOf(this.#cluster.names, node)) : undefined;
  }

  #begin(fault: Fault): (() => void) | undefined {
    switch (fault.kind) {
      case 'partition':
        return this.#walls.partition(fault.groups);
      case 'blocks':
        return this.#walls.block(fault.links, fault.via);
      case 'weather':
      case 'bad-links':
        this.#links.add(fault);
        return () => this.#links.remove(fault);
      case 'resets':
        return this.#reset(fault.links);
      case 'crash':
        return this.#crash(fault);
      case 'flap':
        return this.#flap(fault);
      case 'move':
        return this.#move(fault);
      case 'jump':
      case 'skew':
      case 'drift':
      case 'pause':
      case 'slow':
      case 'blocked-io':
        return this.#trouble(fault);
      default:
        return assertNever(fault);
    }
  }

  #reset(links: readonly Link[]): () => void {
    const { names, world } = this.#cluster;
    for (const { from, to } of links) {
      world.resetStreams(this.#cluster.addressOf(nameOf(names, from)), this.#cluster.addressOf(nameOf(names, to)));
    }
    return () => undefined;
  }

  #crash({ nodes, disk, isFinal }: Extract<Fault, { kind: 'crash' }>): (() => void) | undefined {
    const names = this.#upAmong(nodes).filter((name) => !isFinal || !this.#seeds.includes(name));
    if (names.length === 0) return undefined;
    for (const name of names) {
      this.#cluster.crash(name, disk);
      if (isFinal) this.#gone.add(name);
    }
    return () => {
      for (const name of names) if (!this.#isUp(name) && !this.#gone.has(name)) this.start(name);
    };
  }

  #flap({ nodes, upMs, downMs }: Extract<Fault, { kind: 'flap' }>): () => void {
    const { world, names } = this.#cluster;
    const flapping = nodes.map((node) => nameOf(names, node));
    const start = (): void => {
      for (const name of flapping) if (!this.#isUp(name) && !this.#gone.has(name)) this.start(name);
    };
    const stop = this.#every(upMs + downMs, () => {
      for (const name of flapping) if (this.#isUp(name)) this.#cluster.crash(name);
      world.at(world.nowMs + downMs, start);
    });
    return () => {
      stop();
      start();
    };
  }

  #move({ nodes, isSwap }: Extract<Fault, { kind: 'move' }>): (() => void) | undefined {
    // The seeds stay where they are: who is told of them once never hears that they have moved.
    const names = this.#upAmong(nodes).filter((name) => !this.#seeds.includes(name));
    if (names.length === 0) return undefined;
    const ids = names.map((name) => this.#id(name));
    for (const name of names) this.#cluster.crash(name);
    return () => {
      // Who was brought up by something else meanwhile stays where it is, and keeps its address.
      const down = names.filter((name) => !this.#isUp(name) && !this.#gone.has(name));
      const canSwap = isSwap && down.length === names.length;
      for (const [place, name] of down.entries()) {
        this.#movedCount += 1;
        const address = canSwap
          ? (ids[(place + 1) % ids.length] ?? '')
          : `10.9.${this.#movedCount >> BYTE_BITS}.${this.#movedCount & BYTE_MAX}:7946`;
        this.#cluster.move(name, address);
      }
      for (const name of down) this.start(name);
    };
  }

  /** Each affects a machine, whatever lives on it. */
  #trouble(
    fault: Extract<Fault, { kind: 'jump' | 'skew' | 'drift' | 'pause' | 'slow' | 'blocked-io' }>,
  ): (() => void) | undefined {
    const { world, names } = this.#cluster;
    const affected = fault.nodes.map((node) => nameOf(names, node)).filter((name) => world.has(this.#id(name)));
    const ids = affected.map((name) => this.#id(name));
    switch (fault.kind) {
      case 'jump':
        return this.#jump(affected, fault.skewMs);
      case 'skew':
        for (const name of affected) this.#cluster.setWallSkew(name, fault.skewMs);
        return () => {
          for (const name of affected) this.#cluster.setWallSkew(name, 0);
        };
      case 'drift':
        return this.#drift(affected, fault.ppm);
      case 'pause':
        for (const id of ids) world.pause(id);
        return () => {
          for (const id of ids) world.resume(id);
        };
      case 'slow':
        return this.#slow(ids, fault.stallMs, fault.everyMs);
      case 'blocked-io':
        for (const id of ids) world.blockIo(id);
        return () => {
          for (const id of ids) world.unblockIo(id, fault.msPerMessage);
        };
      default:
        return assertNever(fault);
    }
  }

  #jump(names: readonly NodeId[], skewMs: number): () => void {
    for (const name of names) {
      this.#cluster.setWallSkew(name, skewMs);
      this.#jumpCounts.set(name, (this.#jumpCounts.get(name) ?? 0) + 1);
    }
    return () => {
      for (const name of names) {
        this.#cluster.setWallSkew(name, 0);
        this.#jumpCounts.set(name, (this.#jumpCounts.get(name) ?? 1) - 1);
      }
    };
  }

  #drift(names: readonly NodeId[], ppm: number): () => void {
    for (const name of names) this.#cluster.world.setDrift(this.#id(name), ppm);
    const stop = this.#every(WALL_CLOCK_INTERVAL_MS, () => {
      for (const name of names) this.#cluster.tellWallClock(name);
    });
    return () => {
      stop();
      for (const name of names) {
        this.#cluster.world.setDrift(this.#id(name), 0);
        this.#cluster.tellWallClock(name);
      }
    };
  }

  #slow(ids: readonly NodeId[], stallMs: number, everyMs: number): () => void {
    return this.#every(everyMs, () => {
      for (const id of ids) this.#cluster.world.stall(id, stallMs);
    });
  }

  /** Now, and again and again. Returns what ends it. */
  #every(intervalMs: number, action: () => void): () => void {
    const { world } = this.#cluster;
    let isOver = false;
    const turn = (): void => {
      if (isOver) return;
      action();
      world.at(world.nowMs + intervalMs, turn);
    };
    turn();
    return () => {
      isOver = true;
    };
  }

  #leave(name: NodeId, exits: boolean): (() => void) | undefined {
    if (!this.#isMember(name)) return undefined;
    const { world } = this.#cluster;
    const id = this.#id(name);
    const { life } = world.node(id);
    const isSameLife = (): boolean => this.#isUp(name) && this.#id(name) === id && world.node(id).life === life;
    const stop = world.onEvent((_timeMs, leaver, event) => {
      if (!exits || leaver !== id || event.type !== 'left') return;
      stop();
      if (isSameLife()) this.#cluster.crash(name);
    });
    this.#cluster.command(name, { type: 'leave' });
    return () => {
      stop();
      if (!this.#isUp(name) && !this.#gone.has(name)) return this.start(name);
      if (!isSameLife()) return;
      const seeds = this.#seeds.filter((seed) => seed !== name).map((seed) => this.#id(seed));
      this.#cluster.command(name, { type: 'join', seeds });
    };
  }

  /** Nobody works on a node that is down or has left. */
  #work(work: Work): void {
    const { names } = this.#cluster;
    const name = nameOf(names, work.node);
    if (!this.#isMember(name)) return;
    this.#playedCount += 1;
    switch (work.kind) {
      case 'publish':
        this.#cluster.publish(name, 'swarm', new Uint8Array(work.bytes).fill(FILL), work.priority);
        return;
      case 'set':
        if ((this.#jumpCounts.get(name) ?? 0) > 0) return;
        return this.#set(name, work);
      case 'delete':
        if ((this.#jumpCounts.get(name) ?? 0) > 0) return;
        return this.#cluster.command(name, { type: 'store-delete', key: work.key });
      case 'state': {
        const { key, value } = work;
        return this.#cluster.command(
          name,
          value === undefined ? { type: 'state-delete', key } : { type: 'state-set', key, value },
        );
      }
      case 'tags':
        this.#tags.set(name, new Map([['tag', work.value]]));
        return this.#cluster.command(name, { type: 'set-tags', tags: new Map([['tag', work.value]]) });
      case 'force-leave':
        return this.#cluster.command(name, { type: 'force-leave', name: nameOf(names, work.target) });
      case 'ping':
        return this.#cluster.command(name, { type: 'ping', name: nameOf(names, work.target), token: 0 });
      case 'backup':
        return this.#cluster.disk(name).takeImage();
      default:
        return assertNever(work);
    }
  }

  #set(name: NodeId, { key, bytes, ttlMs }: Extract<Work, { kind: 'set' }>): void {
    this.#cluster.command(name, { type: 'store-set', key, value: this.#value(bytes), ttlMs });
  }

  /** No two writes write the same. */
  #value(bytes: number): Uint8Array {
    const value = new Uint8Array(Math.max(bytes, FILL)).fill(FILL);
    value.set(utf8Bytes(String(this.#playedCount)));
    return value;
  }

  #upAmong(nodes: readonly number[]): NodeId[] {
    return nodes.map((node) => nameOf(this.#cluster.names, node)).filter((name) => this.#isUp(name));
  }

  #isUp(name: NodeId): boolean {
    const { world } = this.#cluster;
    return world.has(this.#id(name)) && world.node(this.#id(name)).state !== 'crashed';
  }

  #isMember(name: NodeId): boolean {
    return this.#isUp(name) && this.#cluster.core(name).selfClaim.status !== 'left';
  }

  #id(name: NodeId): NodeId {
    return this.#cluster.addressOf(name);
  }
}
