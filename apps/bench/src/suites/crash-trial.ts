/** One crash in a cluster of real SWIM cores in virtual time. */
import { type Core, type Input, type Outbox, type Rng, WallClock } from '@hearsay/core';
import { aliveClaim, type Claim, MemberTable, membershipConfig, NO_TAGS } from '@hearsay/membership';
import { Simulation } from '@hearsay/simulator';
import { LAN, type SwimCommand, SwimCore, type SwimEvent, type SwimMessage, type SwimTimer } from '@hearsay/swim';

export const PERIOD_MS: number = LAN.probePeriodMs;
export const ONE_WAY_MS = 1;
/** Turns that every member has had before the crash. */
export const TURN_COUNT = 4;
const WALL_MS = 1_000_000;
/** For the byte budget; detection does not depend on it. */
const CLAIM_BYTES = 60;

/** Protocol periods from the crash of one member until the first other suspects it; infinite if nobody does. */
export function periodsUntilSuspected(nodeCount: number, isSynchronised: boolean, rng: Rng): number {
  const simulation = new Simulation<SwimCommand, SwimMessage, SwimTimer, SwimEvent>({
    seed: rng.seed,
    network: { latencyMsMin: ONE_WAY_MS, latencyMsMean: ONE_WAY_MS },
  });
  const claims = Array.from({ length: nodeCount }, (_, index) => memberClaim(`n${index}`));
  for (const claim of claims) {
    simulation.add(claim.name, (own) => {
      const core = settledCore(claim, claims, own);
      return isSynchronised ? new SynchronisedPeriods(core) : core;
    });
    simulation.command(claim.name, { type: 'start' });
  }
  // Periods that begin together begin at whole multiples, the first after one; the others are anywhere in between.
  const crashMs = (isSynchronised ? TURN_COUNT + 1 : TURN_COUNT) * PERIOD_MS;
  simulation.run(isSynchronised ? crashMs - PERIOD_MS / 2 : crashMs);
  const victim = rng.pick(claims)?.name ?? 'n0';
  simulation.crash(victim);
  let suspectedMs = Number.POSITIVE_INFINITY;
  simulation.onEvent((timeMs, _id, event) => {
    if (event.type === 'member-suspected' && event.claim.name === victim) suspectedMs = Math.min(suspectedMs, timeMs);
  });
  // Round robin takes two traversals at most, and the verdict one period more: later is never. [SWIM §4.3]
  simulation.runUntil(() => Number.isFinite(suspectedMs), (2 * nodeCount + 1) * PERIOD_MS);
  return (suspectedMs - crashMs) / PERIOD_MS;
}

type Swim = Core<SwimCommand, SwimMessage, SwimTimer, SwimEvent>;

/** Lets every period begin at a whole multiple of the period, as in the model of the paper. [SWIM §3.1] */
class SynchronisedPeriods implements Swim {
  readonly #core: SwimCore;

  constructor(core: SwimCore) {
    this.#core = core;
  }

  step(
    input: Input<SwimCommand, SwimMessage, SwimTimer>,
    nowMs: number,
    out: Outbox<SwimMessage, SwimTimer, SwimEvent>,
  ): void {
    this.#core.step(input, nowMs, {
      send: (to, message, via) => out.send(to, message, via),
      notify: (event) => out.notify(event),
      schedule: (timer, delayMs) => {
        if (timer.type !== 'period') return out.schedule(timer, delayMs);
        const dueMs = Math.max(1, Math.round((nowMs + delayMs) / PERIOD_MS)) * PERIOD_MS;
        out.schedule({ ...timer, dueMs }, dueMs - nowMs);
      },
    });
  }
}

function memberClaim(name: string): Claim {
  return aliveClaim({ name, address: `${name}:1`, generation: 1 });
}

/** A member that knows all the others from the start. */
function settledCore(claim: Claim, claims: readonly Claim[], rng: Rng): SwimCore {
  const { name, address, generation, zone } = claim;
  const table = new MemberTable(membershipConfig(), { name, zone });
  for (const other of claims) table.merge(other, WALL_MS, 0);
  return new SwimCore({
    config: LAN,
    table,
    rng,
    wallClock: new WallClock(WALL_MS, 0),
    sizeOf: () => CLAIM_BYTES,
    self: { name, address, generation, tags: NO_TAGS },
  });
}
