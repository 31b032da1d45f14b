/** The parts of the detector, and which of them works on which. */
import type { Rng, SizeOf, WallClock } from '@hearsay/core';
import { type FlapConfig, flapConfig } from '@hearsay/damping';
import { type Claim, type MemberTable, ProbeOrder } from '@hearsay/membership';
import { AwakeClock } from './awake-clock.ts';
import { ClaimKeeper, type SwimVeto } from './claim-keeper.ts';
import type { SwimConfig } from './config.ts';
import { Flaps } from './flaps.ts';
import { Joining } from './joining.ts';
import { LocalHealth } from './local-health.ts';
import { News } from './news.ts';
import { OwnClaim, type SwimSelf } from './own-claim.ts';
import { Pings } from './pings.ts';
import { Prober } from './prober.ts';
import { Responder } from './responder.ts';
import { Sequence } from './sequence.ts';
import { Suspicions } from './suspicions.ts';
import { TagFetcher } from './tag-fetcher.ts';

/** What the detector is made of. */
export interface SwimDeps {
  readonly config: Readonly<SwimConfig>;
  /** When a member that comes and goes is left out as a helper. Default: `flapConfig()`. */
  readonly flaps?: Readonly<FlapConfig> | undefined;
  /** Shared with the owner, who reads it. Members that it holds already, from a snapshot, are probed like others. */
  readonly table: MemberTable;
  readonly rng: Rng;
  readonly wallClock: WallClock;
  /** Bytes that a claim adds to a packet. */
  readonly sizeOf: SizeOf<Claim>;
  /** This life of ours. `generation` must be above that of every earlier life. */
  readonly self: SwimSelf;
  /** Default: everything plausible is believed. */
  readonly veto?: SwimVeto | undefined;
}

/** What the core hands its inputs to. */
export interface SwimParts {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly rng: Rng;
  readonly awake: AwakeClock;
  readonly health: LocalHealth;
  readonly own: OwnClaim;
  readonly news: News;
  readonly flaps: Flaps;
  readonly tags: TagFetcher;
  readonly claims: ClaimKeeper;
  readonly prober: Prober;
  readonly responder: Responder;
  readonly pings: Pings;
  readonly joining: Joining;
}

/** One of each. Every part forks its own randomness, so that none shifts another's. */
export function createParts(deps: SwimDeps): SwimParts {
  const { config, table, rng, wallClock, sizeOf, self, veto = {} } = deps;
  const order = ProbeOrder.over(table.peers, rng.fork('order'));
  const sequence = new Sequence(rng.fork('sequence'));
  const health = new LocalHealth(config.localHealthMax);
  const awake = new AwakeClock(config.lagToleranceMs);
  const news = new News(config, table, rng.fork('news'), sizeOf);
  const own = new OwnClaim({ table, wallClock, news, health }, self);
  const flaps = new Flaps(deps.flaps ?? flapConfig(), table);
  const tags = new TagFetcher(config, table, rng.fork('tags'));
  const suspicions = new Suspicions(awake, config.probePeriodMs);
  const shared = { config, table, own, health, flaps, tags, veto, sequence, order };
  const claims = new ClaimKeeper({ ...shared, wallClock, news, suspicions });
  return {
    ...{ config, table, awake, health, own, news, flaps, tags, claims },
    rng: rng.fork('periods'),
    prober: new Prober({ ...shared, claims, rng: rng.fork('prober') }),
    responder: new Responder({ ...shared, claims }),
    pings: new Pings(config, table, sequence),
    joining: new Joining({ ...shared, claims, rng: rng.fork('seeds') }),
  };
}
