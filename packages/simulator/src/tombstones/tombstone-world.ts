/**
 * A cluster in which everything happens to deletions that can happen to them: loss, doubled and late packets, partitions
 * longer than every timeout, clocks that differ, crashes, disks that are older than they should be, or empty, and members
 * that are forgotten and come back.
 */
import { type NodeId, Rng, utf8Bytes } from '@hearsay/core';
import { ClusterSimulation } from '../cluster.ts';
import { Machine } from './machine.ts';
import { WriteLedger } from './write-ledger.ts';

/** Short, so that a run of minutes has many floors. */
export const GRACE_MS = 20_000;
const STEP_MS = 2_000;
/** Shorter than the longest partition: members are forgotten and come back. */
export const RETENTION_MS = 40_000;
const KEY_COUNT = 40;
const WRITE_EVERY_MS = 250;
const MISHAP_EVERY_MS = 8_000;
const PARTITION_MS_MAX = 90_000;
const DOWN_MS_MAX = 40_000;
const SKEW_MS_MAX = 1_500;
const TTL_MS_MAX = 30_000;
const LOSS_PER_MILLE_MAX = 500;
const DUPLICATE_PER_MILLE_MAX = 200;
const JITTER_MS_MAX = 300;
const DELETE_PER_MILLE = 350;
const TTL_PER_MILLE = 100;
const IMAGE_PER_MILLE = 300;
/** How long the others delete what the exile holds. */
const PURGE_MS = 10_000;
/** Longer than the grace, and shorter than anybody is remembered. */
const SEVERED_MS = GRACE_MS + 4 * STEP_MS;
/** By then one other node has a write, whatever is lost. */
const SPREAD_MS_MAX = 10_000;
/** Until the dead one is forgotten, the last deletion is behind the grace, and the floor has been told around. */
const EXILE_MS = RETENTION_MS + PURGE_MS + GRACE_MS + 10 * STEP_MS;
const EXILE_CRASHES_PER_MILLE = 500;
/** Of all keys: those that are deleted then, and stay so. */
const PURGED_KEY_COUNT = KEY_COUNT / 2;

/** One run. */
export class TombstoneWorld {
  readonly cluster: ClusterSimulation;
  readonly ledger: WriteLedger = new WriteLedger();
  readonly #rng: Rng;
  readonly #machines: ReadonlyMap<NodeId, Machine>;
  readonly #down = new Set<NodeId>();
  #isPartitioned = false;
  /** What was put off in an earlier part of the run does not end partitions of a later one. */
  #part = 0;
  /** Told of each record that a node has merged. */
  #onHeld: (name: NodeId, key: string) => void = () => {};
  #mishapCount = 0;
  #buriedCount = 0;

  constructor(seed: number, nodeCount: number, lossPerMille: number) {
    this.#rng = new Rng(seed).fork('tombstones');
    this.cluster = new ClusterSimulation({
      seed,
      nodeCount,
      network: { lossPerMille },
      stack: {
        preset: 'local',
        store: { floorGraceMs: GRACE_MS, floorStepMs: STEP_MS, missedMemberMs: RETENTION_MS },
        membership: { deadRetentionMs: RETENTION_MS },
      },
    });
    this.#machines = new Map(this.cluster.names.map((name) => [name, new Machine(name, this.ledger)]));
    this.cluster.onStart((name) => {
      this.cluster.core(name).store.observe((_key, record) => {
        if (record === undefined) return;
        this.ledger.held(name, record);
        this.#onHeld(name, record.key);
      });
    });
    this.cluster.world.onEvent((_timeMs, _id, event) => {
      if (event.type === 'store-changed' && event.from === undefined) this.ledger.wrote(event.record);
      if (event.type === 'store-buried') this.#buriedCount += 1;
    });
  }

  get mishapCount(): number {
    return this.#mishapCount;
  }

  /** Records that nodes dropped because a peer had seen their end. */
  get buriedCount(): number {
    return this.#buriedCount;
  }

  liveNames(): NodeId[] {
    return this.cluster.names.filter((name) => !this.#down.has(name));
  }

  startAll(): void {
    for (const name of this.cluster.names) this.#start(name);
  }

  /** Lets things go wrong for so long. */
  struggle(durationMs: number): void {
    const { world } = this.cluster;
    const endMs = world.nowMs + durationMs;
    let nextMishapMs = world.nowMs + MISHAP_EVERY_MS;
    while (world.nowMs < endMs) {
      this.#write();
      if (world.nowMs >= nextMishapMs) {
        this.#mishap();
        nextMishapMs = world.nowMs + MISHAP_EVERY_MS * (0.5 + this.#rng.fraction());
      }
      world.run(WRITE_EVERY_MS);
    }
  }

  /**
   * One node is cut off at the moment at which another has got its last write, and deletes it: that one then knows the
   * write, and not that it knows all of its writer. The writer is back before it is forgotten: it must hear of the end.
   */
  sever(): void {
    const { world, names } = this.cluster;
    const writer = this.#rng.pick(names) ?? '';
    const key = 2 * KEY_COUNT;
    this.#onHeld = (name, held) => {
      if (name === writer || held !== `k${key}`) return;
      this.#onHeld = () => {};
      world.at(world.nowMs, () => {
        this.cluster.partition([[writer], names.filter((other) => other !== writer)]);
        this.#delete(name, key);
      });
    };
    const value = utf8Bytes(`${this.#rng.uint32()}`);
    this.cluster.command(writer, { type: 'store-set', key: `k${key}`, value });
    world.run(SPREAD_MS_MAX + SEVERED_MS);
    world.heal();
  }

  /**
   * One node is cut off until the others have forgotten it and what they delete meanwhile. It comes back with all that it
   * had, and with what it wrote itself: of the first nothing may live, of the second nothing may be lost.
   */
  exile(): void {
    const { world, names } = this.cluster;
    const exile = this.#rng.pick(names) ?? '';
    const others = names.filter((name) => name !== exile);
    this.cluster.partition([[exile], others]);
    const startMs = world.nowMs;
    while (world.nowMs < startMs + EXILE_MS) {
      const isPurging = world.nowMs < startMs + PURGE_MS;
      if (isPurging) this.#delete(this.#rng.pick(others), this.#rng.below(PURGED_KEY_COUNT));
      else this.#set(this.#rng.pick(others), PURGED_KEY_COUNT + this.#rng.below(KEY_COUNT - PURGED_KEY_COUNT));
      if (this.#rng.chance(DELETE_PER_MILLE)) this.#set(exile, KEY_COUNT + this.#rng.below(KEY_COUNT));
      world.run(WRITE_EVERY_MS);
    }
    if (!this.#rng.chance(EXILE_CRASHES_PER_MILLE)) return;
    this.cluster.crash(exile);
    this.#start(exile);
  }

  /** Everything is well again, and who had been forgotten is told whom to join. */
  recover(): void {
    const { world, names } = this.cluster;
    this.#part += 1;
    this.#isPartitioned = false;
    world.heal();
    world.setNetwork({ lossPerMille: 0, duplicatePerMille: 0, jitterMs: 0 });
    for (const name of [...this.#down]) this.#start(name);
    for (const name of names) this.#join(name);
  }

  /** Forgotten members ask again, now and then, as an operator would let them. */
  rejoinAll(): void {
    for (const name of this.liveNames()) this.#join(name);
  }

  #start(name: NodeId): void {
    this.#down.delete(name);
    this.cluster.start(name, this.cluster.names, { engine: this.#machines.get(name)?.engine });
  }

  #join(name: NodeId): void {
    const seeds = this.cluster.names.filter((seed) => seed !== name).map((seed) => this.cluster.addressOf(seed));
    this.cluster.command(name, { type: 'join', seeds });
  }

  #write(): void {
    const name = this.#rng.pick(this.liveNames());
    const key = this.#rng.below(KEY_COUNT);
    if (this.#rng.chance(DELETE_PER_MILLE)) this.#delete(name, key);
    else this.#set(name, key);
  }

  #delete(name: NodeId | undefined, key: number): void {
    if (name !== undefined) this.cluster.command(name, { type: 'store-delete', key: `k${key}` });
  }

  #set(name: NodeId | undefined, key: number): void {
    if (name === undefined) return;
    const ttlMs = this.#rng.chance(TTL_PER_MILLE) ? 1 + this.#rng.below(TTL_MS_MAX) : undefined;
    const value = utf8Bytes(`${this.#rng.uint32()}`);
    this.cluster.command(name, { type: 'store-set', key: `k${key}`, value, ttlMs });
  }

  #mishap(): void {
    this.#mishapCount += 1;
    for (const machine of this.#machines.values()) if (this.#rng.chance(IMAGE_PER_MILLE)) machine.takeImage();
    const kinds = [
      () => this.#crash(),
      () => this.#crash(),
      () => this.#partition(),
      () => this.#disturb(),
      () => this.cluster.setWallSkew(this.#rng.pick(this.cluster.names) ?? '', this.#skewMs()),
    ];
    this.#rng.pick(kinds)?.();
  }

  #crash(): void {
    const isAll = this.#rng.chance(100);
    const names = isAll ? this.liveNames() : this.#rng.sample(this.liveNames(), 1);
    for (const name of names) {
      const machine = this.#machines.get(name);
      if (machine === undefined) continue;
      this.cluster.crash(name);
      this.#down.add(name);
      const fate = this.#rng.below(3);
      if (fate === 1) machine.restoreImage();
      // An empty disk is a member less that knows: never all of them at once.
      if (fate === 2 && !isAll) machine.wipe();
      this.#later(DOWN_MS_MAX, () => {
        if (this.#down.has(name)) this.#start(name);
      });
    }
  }

  #partition(): void {
    if (this.#isPartitioned) return;
    this.#isPartitioned = true;
    const names = this.#rng.shuffle([...this.cluster.names]);
    const cut = 1 + this.#rng.below(names.length - 1);
    this.cluster.partition([names.slice(0, cut), names.slice(cut)]);
    this.#later(PARTITION_MS_MAX, () => {
      this.#isPartitioned = false;
      this.cluster.world.heal();
      this.rejoinAll();
    });
  }

  #disturb(): void {
    this.cluster.world.setNetwork({
      lossPerMille: this.#rng.below(LOSS_PER_MILLE_MAX + 1),
      duplicatePerMille: this.#rng.below(DUPLICATE_PER_MILLE_MAX + 1),
      jitterMs: this.#rng.below(JITTER_MS_MAX + 1),
    });
  }

  #skewMs(): number {
    return Math.round((2 * this.#rng.fraction() - 1) * SKEW_MS_MAX);
  }

  #later(delayMsMax: number, action: () => void): void {
    const { world } = this.cluster;
    const part = this.#part;
    world.at(world.nowMs + 1 + this.#rng.below(delayMsMax), () => {
      if (part === this.#part) action();
    });
  }
}
