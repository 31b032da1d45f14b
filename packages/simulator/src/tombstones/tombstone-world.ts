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

/** One run. */
export class TombstoneWorld {
  readonly cluster: ClusterSimulation;
  readonly ledger: WriteLedger = new WriteLedger();
  readonly #rng: Rng;
  readonly #machines: ReadonlyMap<NodeId, Machine>;
  readonly #down = new Set<NodeId>();
  #isPartitioned = false;
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
        if (record !== undefined) this.ledger.held(name, record);
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

  /** Everything is well again, and who had been forgotten is told whom to join. */
  recover(): void {
    const { world, names } = this.cluster;
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
    if (name === undefined) return;
    const key = `k${this.#rng.below(KEY_COUNT)}`;
    if (this.#rng.chance(DELETE_PER_MILLE)) return this.cluster.command(name, { type: 'store-delete', key });
    const ttlMs = this.#rng.chance(TTL_PER_MILLE) ? 1 + this.#rng.below(TTL_MS_MAX) : undefined;
    const value = utf8Bytes(`${this.#rng.uint32()}`);
    this.cluster.command(name, { type: 'store-set', key, value, ttlMs });
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
    world.at(world.nowMs + 1 + this.#rng.below(delayMsMax), action);
  }
}
