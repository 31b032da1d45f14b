/** What a cluster agrees on when it has been left alone for long enough, and how long that may take. */
import type { NodeId } from '@hearsay/core';
import { isPresent } from '@hearsay/membership';
import type { StackConfig } from '@hearsay/stack';
import { suspicionBounds } from '@hearsay/swim';
import type { ClusterSimulation } from '../cluster.ts';
import { detectionBoundMs, pushRounds, reconcileBoundMs, rumorBoundMs } from '../cluster-bounds.ts';

/** A period in which each of n nodes contacts one of n at random misses a given one with at most e^-1. [SWIM §3.1] */
const MISSED_PER_PERIOD = Math.exp(-1);
const MISS_CHANCE = 1e-6;
/** Restarted members ask seeds again after at most this many waits: one that was lost, and the next. */
const SEED_WAIT_COUNT = 2;
/** A longer retention is not waited for: nobody is forgotten in a run. */
const SHORT_RETENTION_MS = 600_000;

/** What a healed cluster is like. */
export interface Healed {
  readonly nodeCount: number;
  /** Nodes that are gone for good. */
  readonly goneCount: number;
  /** Records of the store. */
  readonly recordCount: number;
  readonly roundTripMs: number;
  /** How long something of before may still arrive. */
  readonly lateMs: number;
  /** Whether a wall clock was wrong for a while. */
  readonly hasJumped: boolean;
  /** Packets that are lost all the same, of a thousand. */
  readonly lossPerMille: number;
}

/**
 * Time within which a cluster converges after all faults have ended, with the worst that they may have left behind:
 * local health at its maximum, members that hold each other dead, suspicions with nobody to confirm them, and seeds that
 * were asked in vain. Members that are gone are forgotten by everybody, if their time is short. Whose clock was ahead has
 * let tombstones go that the others keep for the grace.
 */
export function convergenceBoundMs(healed: Healed, config: StackConfig): number {
  const { nodeCount, goneCount, recordCount, lossPerMille } = healed;
  const { swim, membership, store } = config;
  const { msMax } = suspicionBounds(nodeCount, swim);
  const spreadMs = spreadBoundMs(healed, config);
  const detectionMs = detectionBoundMs(nodeCount, Math.max(1, goneCount), lossPerMille, spreadMs, swim) + msMax;
  const records = { nodeCount, changeCount: recordCount, recordCount, lossPerMille };
  const storeMs = reconcileBoundMs(records, config.storeAntiEntropy);
  const tagsMs = swim.tagsRetryMs * Math.ceil(nodeCount / swim.tagsCountMax) * 2;
  const { deadRetentionMs } = membership;
  const retentionMs = deadRetentionMs <= SHORT_RETENTION_MS ? deadRetentionMs + swim.reapIntervalMs : 0;
  const graceMs = healed.hasJumped ? store.floorGraceMs + store.floorStepMs : 0;
  return reunionBoundMs(healed, config) + detectionMs + storeMs + tagsMs + retentionMs + graceMs;
}

/** Time within which everybody who was held dead by mistake is back: one is asked, it refutes, and the news spreads. */
export function reunionBoundMs(healed: Healed, config: StackConfig): number {
  const { swim } = config;
  const steps = swim.localHealthMax + 1;
  // Each probe that is answered makes the next period shorter by one.
  const recoveryMs = (swim.probePeriodMs * steps * (steps + 1)) / 2;
  const contactMs = swim.probePeriodMs * Math.ceil(Math.log(MISS_CHANCE) / Math.log(MISSED_PER_PERIOD));
  const seedMs = SEED_WAIT_COUNT * swim.seedRetryMsMax;
  return healed.lateMs + recoveryMs + contactMs + seedMs + spreadBoundMs(healed, config) + steps * healed.roundTripMs;
}

function spreadBoundMs({ nodeCount, lossPerMille }: Healed, { swim, membersAntiEntropy }: StackConfig): number {
  const members = { nodeCount, changeCount: nodeCount, recordCount: nodeCount, lossPerMille };
  const roundsMs = pushRounds(nodeCount, swim.gossipFanout, lossPerMille) * swim.gossipIntervalMs;
  return roundsMs + reconcileBoundMs(members, membersAntiEntropy);
}

/** Time after the last fault from which on no rumor is pushed any more. */
export function silenceBoundMs(nodeCount: number, lossPerMille: number, config: StackConfig): number {
  return rumorBoundMs(nodeCount, lossPerMille, config.rumor);
}

/** Who is up and has not left, observers too. */
export function presentIn(cluster: ClusterSimulation): NodeId[] {
  return cluster.liveNames().filter((name) => cluster.core(name).selfClaim.status !== 'left');
}

/** The first thing that is not agreed on, as a sentence; `undefined` when all is. */
export function disagreement(cluster: ClusterSimulation): string | undefined {
  const present = presentIn(cluster);
  const members = present.filter((name) => cluster.core(name).self.isObserver !== true);
  const [first = ''] = present;
  for (const name of present) {
    const found = wrongAt(cluster, name, members) ?? differenceBetween(cluster, name, first);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wrongAt(cluster: ClusterSimulation, name: NodeId, members: readonly NodeId[]): string | undefined {
  const { table, state, self } = cluster.core(name);
  const isObserver = self.isObserver === true;
  for (const other of members) {
    const own = cluster.core(other).selfClaim;
    const held = table.get(other);
    // The claim, with the verdict of a detector that judges beside the claims.
    const status = table.member(other)?.status;
    const isRight = status === 'alive' && held?.generation === own.generation && held.incarnation === own.incarnation;
    if (!isRight) {
      return `${name} holds ${other} ${status} in ${held?.generation}.${held?.incarnation}; it is ${own.status} in ${own.generation}.${own.incarnation}`;
    }
    const ownState = cluster.core(other).state.versionOf(other);
    const heldState = state.versionOf(other);
    // Members tell their state to members alone: a stranger could ask for much more than it says.
    // Nor do they tell of maps in which nothing was ever written.
    const isTold = (ownState?.version ?? 0) > 0 || (heldState?.version ?? 0) > 0;
    const isDifferent = ownState?.generation !== heldState?.generation || ownState?.version !== heldState?.version;
    if (isTold && isDifferent && !isObserver) {
      return `${name} holds the state of ${other} as of ${JSON.stringify(heldState)}; it is at ${JSON.stringify(ownState)}`;
    }
    if (table.tags.of(other) === undefined) return `${name} lacks the tags of ${other}`;
  }
  for (const { claim, status } of table.members()) {
    if (isPresent({ status }) && !members.includes(claim.name)) return `${name} holds ${claim.name} ${status}`;
  }
  return undefined;
}

function differenceBetween(cluster: ClusterSimulation, a: NodeId, b: NodeId): string | undefined {
  const one = cluster.core(a).digests;
  const other = cluster.core(b).digests;
  if (one.members !== other.members) return `${a} and ${b} have different tables`;
  return one.store === other.store ? undefined : `${a} and ${b} have different stores`;
}
