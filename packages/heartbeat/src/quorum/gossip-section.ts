/**
 * What a ping tells of other members: some at random, so that everybody's opinion of everybody gets around, and all that
 * we hold suspect. Source: Redis; the bound on the latter is ours.
 *
 * Deviation: entries name members that the receiver knows, and say nothing of addresses: who is a member spreads as
 * claims. An entry takes about 20 bytes in place of 104.
 */
import type { NodeId, Rng } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';
import { DRAWS_PER_ENTRY, gossipEntryCount, type QuorumConfig, UINT32_MAX } from './config.ts';
import type { GossipEntry, Opinion } from './messages.ts';
import type { Peer, Peers } from './peers.ts';

/** What the section is made from. */
export interface SectionDeps {
  readonly config: Readonly<QuorumConfig>;
  readonly table: MemberTable;
  readonly peers: Peers;
  readonly rng: Rng;
}

/** Entries for one receiver. Draws at most `DRAWS_PER_ENTRY` times as many members as are wanted. */
export function gossipSection(
  { config, table, peers, rng }: SectionDeps,
  receiver: NodeId,
  failing: Iterable<NodeId>,
  nowMs: number,
): readonly GossipEntry[] {
  const { peers: present, deadPeers } = table;
  const otherCount = present.size + deadPeers.size;
  const wantedCount = gossipEntryCount(otherCount + 1, config);
  const entries = new Map<NodeId, GossipEntry>();
  for (let draw = 0; draw < wantedCount * DRAWS_PER_ENTRY && entries.size < wantedCount; draw++) {
    const index = rng.below(otherCount);
    const name = index < present.size ? present.at(index) : deadPeers.at(index - present.size);
    const peer = name === undefined ? undefined : peers.get(name);
    // Suspects are added below, whether they are drawn or not.
    if (name === undefined || peer === undefined || name === receiver || opinionOf(peer) === 'pfail') continue;
    entries.set(name, entryOf(name, peer, nowMs));
  }
  let roomCount = config.failingCountMax;
  for (const name of failing) {
    const peer = peers.get(name);
    if (peer === undefined || name === receiver || opinionOf(peer) !== 'pfail') continue;
    if (roomCount === 0) break;
    roomCount -= 1;
    entries.set(name, entryOf(name, peer, nowMs));
  }
  return [...entries.values()];
}

/** Those of the named that are not well: for who is no member and hears of failures in no other way. */
export function failureSection(
  { config, peers }: Pick<SectionDeps, 'config' | 'peers'>,
  named: readonly Iterable<NodeId>[],
  nowMs: number,
): readonly GossipEntry[] {
  const entries: GossipEntry[] = [];
  for (const names of named) {
    for (const name of names) {
      const peer = peers.get(name);
      if (entries.length === config.failingCountMax) return entries;
      if (peer !== undefined && opinionOf(peer) !== 'ok') entries.push(entryOf(name, peer, nowMs));
    }
  }
  return entries;
}

/** What we think of a member. */
export function opinionOf({ isPfail, failMs }: Peer): Opinion {
  if (failMs !== undefined) return 'fail';
  return isPfail ? 'pfail' : 'ok';
}

function entryOf(name: NodeId, peer: Peer, nowMs: number): GossipEntry {
  const ageMs = Math.max(0, Math.round(nowMs - peer.pongMs));
  return { name, generation: peer.generation, opinion: opinionOf(peer), pongAgeMs: Math.min(ageMs, UINT32_MAX) };
}
