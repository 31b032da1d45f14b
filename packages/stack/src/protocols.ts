/** Makes the protocols of one node and hands each what it needs. None of them knows another. */
import { AntiEntropyCore, ScuttlebuttCore } from '@hearsay/anti-entropy';
import type { Endpoint, NodeId, Rng, WallClock } from '@hearsay/core';
import { HybridClock, type Interner, keyedHash128, utf8Bytes } from '@hearsay/core';
import { HeartbeatCore, QuorumCore } from '@hearsay/heartbeat';
import type { Claim, Tags } from '@hearsay/membership';
import { MemberTable, NodeState } from '@hearsay/membership';
import { type Rumor, RumorCore } from '@hearsay/rumor';
import type { StoreEngine, StoreRecord } from '@hearsay/store';
import { Store } from '@hearsay/store';
import type { SwimVeto } from '@hearsay/swim';
import { SwimCore } from '@hearsay/swim';
import type { StackConfig } from './config.ts';
import type { PacketSizes } from './messages.ts';
import { SlotVoters } from './slot-voters.ts';
import { Stability } from './stability.ts';

/** Who this node is, in this life of its process. */
export interface StackSelf {
  readonly name: NodeId;
  /** The endpoint that peers use to reach us. */
  readonly address: Endpoint;
  /** Which life this is: uint32 seconds, higher than in any earlier life. */
  readonly generation: number;
  readonly tags: Tags;
  /** Where this node is. Default empty: zones are not used. */
  readonly zone?: string | undefined;
  /** Learns who the members are, and is none. Default false. */
  readonly isObserver?: boolean | undefined;
}

/** What a stack is made of. */
export interface StackDeps {
  readonly config: StackConfig;
  readonly self: StackSelf;
  readonly sizes: PacketSizes;
  readonly rng: Rng;
  readonly wallClock: WallClock;
  /** Name of the cluster. Digests are keyed with it, so that outsiders cannot choose colliding records. */
  readonly cluster: string;
  /** Where the records of the store are. Default: in memory. */
  readonly engine?: StoreEngine | undefined;
  /** The owner's say in whom to believe. Default: everything plausible is believed. */
  readonly veto?: SwimVeto | undefined;
  /** Members known already, from before this life: believed and probed like others, and no news. Default: none. */
  readonly members?: Iterable<Claim> | undefined;
  /** What a node in this process knows of members, for this one to begin with, instead of `members`. Default: none. */
  readonly twin?: StackTwin | undefined;
  /** Names of members. To share one between the stacks of one process saves memory. Default: one of its own. */
  readonly names?: Interner | undefined;
}

/**
 * What a node of the same cluster and config knows of its members, itself included. Both share what neither has changed
 * yet, so thousands of nodes that know each other start in seconds and fit in memory.
 */
export type StackTwin = Pick<Protocols, 'table' | 'members'>;

/** The replicated state of a node, and the protocols over it. */
export interface Protocols {
  readonly table: MemberTable;
  readonly store: Store;
  readonly swim: SwimCore;
  /** The detector of the profile `cassandra`. */
  readonly heartbeat: HeartbeatCore | undefined;
  /** The detector of the profile `redis`. */
  readonly quorum: QuorumCore | undefined;
  readonly rumor: RumorCore;
  /** Anti-entropy over `table`. */
  readonly members: AntiEntropyCore<Claim>;
  /** Anti-entropy over `store`. */
  readonly storeSync: AntiEntropyCore<StoreRecord>;
  /** When the tombstones of `store` go. */
  readonly stability: Stability;
  /** Anti-entropy over the log of `rumor`. */
  readonly rumorSync: AntiEntropyCore<Rumor>;
  /** What the members tell about themselves. */
  readonly state: NodeState;
  /** Scuttlebutt over `state`. */
  readonly stateSync: ScuttlebuttCore;
}

/** One of each. Every protocol forks its own randomness, so that none shifts another's. */
export function createProtocols(deps: StackDeps): Protocols {
  const { config, self, sizes, rng, wallClock, cluster, veto, engine, twin } = deps;
  const table = new MemberTable(config.membership, { name: self.name, zone: self.zone ?? '' }, deps.names, twin?.table);
  for (const claim of deps.members ?? []) if (claim.name !== self.name) table.merge(claim, wallClock.at(0), 0);
  const clock = new HybridClock(config.limits.clockSkewMsMax);
  const store = new Store({ config: config.store, origin: self.name, clock, engine });
  const { clockSkewMsMax } = config.limits;
  const stability = new Stability({ self: self.name, config: config.store, clockSkewMsMax, store, table });
  const { peers } = table;
  const state = new NodeState({ config: config.state, self });
  const hashKey = keyedHash128(utf8Bytes('hearsay digests'), utf8Bytes(cluster));
  const claimBytes = (claim: Claim): number => sizes.claimBytes(claim);
  const rumor = new RumorCore({
    config: config.rumor,
    self: self.name,
    peers,
    rng: rng.fork('rumor'),
    sizeOf: (one) => sizes.rumorBytes(one),
    wallClock,
    // In memory it would only be copied.
    notes: engine,
  });
  return {
    table,
    store,
    stability,
    swim: new SwimCore({
      config: config.swim,
      flaps: config.flaps,
      table,
      rng: rng.fork('swim'),
      wallClock,
      sizeOf: claimBytes,
      self,
      veto,
    }),
    ...detectorsOf(deps, table, state),
    rumor,
    members: new AntiEntropyCore<Claim>({
      config: config.membersAntiEntropy,
      peers,
      rng: rng.fork('members'),
      replica: table,
      sizeOf: claimBytes,
      hashKey,
      twin: twin?.members,
    }),
    storeSync: new AntiEntropyCore<StoreRecord>({
      config: config.storeAntiEntropy,
      peers,
      rng: rng.fork('store'),
      replica: store,
      sizeOf: (record) => sizes.recordBytes(record),
      hashKey,
      owner: stability,
    }),
    rumorSync: new AntiEntropyCore<Rumor>({
      config: config.rumorAntiEntropy,
      peers,
      rng: rng.fork('rumor-log'),
      replica: rumor.log,
      sizeOf: (one) => sizes.rumorBytes(one),
      hashKey,
    }),
    state,
    stateSync: new ScuttlebuttCore({ config: config.stateSync, peers, rng: rng.fork('state'), maps: state }),
  };
}

/** The detector of the profile, if it is not SWIM's own. */
function detectorsOf(
  { config, self, rng }: StackDeps,
  table: MemberTable,
  state: NodeState,
): Pick<Protocols, 'heartbeat' | 'quorum'> {
  const { profile, heartbeat, phi, quorum } = config;
  return {
    heartbeat:
      profile === 'cassandra'
        ? new HeartbeatCore({ config: heartbeat, phi, table, rng: rng.fork('heartbeat'), self })
        : undefined,
    quorum:
      profile === 'redis'
        ? new QuorumCore({
            config: quorum,
            table,
            rng: rng.fork('quorum'),
            self: self.name,
            voters: new SlotVoters(table, state),
          })
        : undefined,
  };
}
