/**
 * Who fails, by our own opinion and by that of a majority. [RedisCluster]
 *
 *   ok --silent for a node timeout--> pfail --a majority of the voters reports it--> fail
 *   pfail --a pong--> ok        fail --a pong; of a voter only after two node timeouts--> ok
 *
 * PFAIL is this node's own and shows as suspect; FAIL is told to all, is believed by whoever hears it, and shows as dead.
 * A voter stays failed for a while so that whoever takes over what it owned is not disturbed.
 *
 * Deviation: a new life of a member begins without what was held against the last one.
 */
import type { NodeId, Outbox } from '@hearsay/core';
import type { Evidence, MemberTable } from '@hearsay/membership';
import { type QuorumConfig, quorumOf, reportValidityMs } from './config.ts';
import { FailureReports } from './failure-reports.ts';
import type { GossipEntry, QuorumEvent, QuorumMessage, QuorumTimer } from './messages.ts';
import type { Peer, Peers } from './peers.ts';
import type { Voters } from './voters.ts';

/** What the verdicts work on. */
export interface VerdictDeps {
  readonly config: Readonly<QuorumConfig>;
  readonly table: MemberTable;
  readonly peers: Peers;
  readonly voters: Voters;
  readonly self: NodeId;
}

export type QuorumOutbox = Outbox<QuorumMessage, QuorumTimer, QuorumEvent>;

/** Suspects, counts reports, fails and clears. */
export class Verdicts {
  readonly #deps: VerdictDeps;
  readonly #reports: FailureReports;
  /** Suspect and not failed, the longest suspect first. Within the members that are watched. */
  readonly #failing = new Set<NodeId>();

  constructor(deps: VerdictDeps) {
    this.#deps = deps;
    this.#reports = new FailureReports(reportValidityMs(deps.config));
  }

  /** Suspect members, the longest suspect first. */
  get failing(): Iterable<NodeId> {
    return this.#failing;
  }

  /** Begins to watch a member in the life that the table has of it. Nothing changes if we do already. */
  watch(name: NodeId, nowMs: number): void {
    const { table, peers, self } = this.#deps;
    const claim = table.get(name);
    if (claim === undefined || name === self || peers.begin(claim, nowMs) === undefined) return;
    this.#failing.delete(name);
    this.#reports.forget(name);
    table.judge(name, 'alive', nowMs);
  }

  /** Forgets who is gone. */
  forgetGone(): void {
    for (const name of this.#deps.peers.forgetGone()) {
      this.#failing.delete(name);
      this.#reports.forget(name);
    }
  }

  /** Neither its answer nor anything else has come for longer than a node timeout. */
  suspect(name: NodeId, peer: Peer, silentMs: number, nowMs: number, out: QuorumOutbox): void {
    const { table, self } = this.#deps;
    const claim = table.get(name);
    if (peer.isPfail || claim === undefined) return;
    peer.isPfail = true;
    if (peer.failMs !== undefined) return;
    this.#failing.add(name);
    peer.evidence = this.#evidence(name, silentMs, nowMs, nowMs);
    table.judge(name, 'suspect', nowMs);
    const suspected = { ...claim, status: 'suspect', accuser: self } as const;
    out.notify({ type: 'member-suspected', claim: suspected, evidence: peer.evidence });
    this.#failIfQuorate(name, peer, nowMs, out);
  }

  /** A voter's opinion of another member: a report, or the end of one. Others have no vote, and nobody one on us. */
  onEntry(reporter: NodeId, { name, opinion }: GossipEntry, peer: Peer, nowMs: number, out: QuorumOutbox): void {
    if (!this.#deps.voters.has(reporter) || reporter === name) return;
    if (opinion === 'ok') return this.#reports.remove(name, reporter);
    const isNew = this.#reports.add(name, reporter, nowMs);
    if (peer.failMs !== undefined || !peer.isPfail) return;
    if (isNew) this.#confirm(name, peer, nowMs, out);
    this.#failIfQuorate(name, peer, nowMs, out);
  }

  /** Whether anybody whose word counts holds the member failing. */
  isReported(name: NodeId, nowMs: number): boolean {
    return this.#reports.of(name, nowMs).size > 0;
  }

  /** A member says that a majority holds another one failed: no vote is needed any more. */
  onFail(name: NodeId, peer: Peer, accuser: NodeId, nowMs: number, out: QuorumOutbox): void {
    if (peer.failMs === undefined) this.#fail(name, peer, accuser, nowMs, out);
  }

  /** Tells all that a majority holds a member failed, which they believe. */
  tellFail(name: NodeId, peer: Peer, out: QuorumOutbox): void {
    peer.tellCount -= 1;
    for (const to of this.#deps.table.peers.values()) out.send(to, { type: 'fail', name, generation: peer.generation });
  }

  /** It has answered. Who has no vote is cleared at once, a voter only after two node timeouts. */
  onPong(name: NodeId, peer: Peer, nowMs: number, out: QuorumOutbox): void {
    const { table, voters, config } = this.#deps;
    if (!peer.isPfail && peer.failMs === undefined) return;
    peer.isPfail = false;
    this.#failing.delete(name);
    if (peer.failMs !== undefined) {
      if (voters.has(name) && nowMs - peer.failMs <= reportValidityMs(config)) return;
      peer.failMs = undefined;
      peer.tellCount = 0;
    }
    peer.evidence = undefined;
    table.judge(name, 'alive', nowMs);
    const claim = table.get(name);
    if (claim !== undefined) out.notify({ type: 'member-recovered', claim });
  }

  #confirm(name: NodeId, peer: Peer, nowMs: number, out: QuorumOutbox): void {
    const claim = this.#deps.table.get(name);
    const { finding, sinceMs = nowMs } = peer.evidence ?? {};
    if (claim === undefined) return;
    peer.evidence = this.#evidence(name, finding?.silentMs ?? 0, sinceMs, nowMs);
    out.notify({ type: 'suspicion-confirmed', claim: { ...claim, status: 'suspect' }, evidence: peer.evidence });
  }

  #failIfQuorate(name: NodeId, peer: Peer, nowMs: number, out: QuorumOutbox): void {
    const { voters, self, config } = this.#deps;
    const ownCount = voters.has(self) ? 1 : 0;
    if (this.#reports.of(name, nowMs).size + ownCount < quorumOf(voters.count)) return;
    this.#fail(name, peer, self, nowMs, out);
    peer.tellCount = config.failTellCount;
    this.tellFail(name, peer, out);
  }

  #fail(name: NodeId, peer: Peer, accuser: NodeId, nowMs: number, out: QuorumOutbox): void {
    const { table } = this.#deps;
    const claim = table.get(name);
    if (claim === undefined) return;
    const silentMs = Math.max(0, nowMs - Math.max(peer.pongMs, peer.dataMs));
    peer.failMs = nowMs;
    this.#failing.delete(name);
    peer.evidence = this.#evidence(name, silentMs, peer.evidence?.sinceMs ?? nowMs, nowMs, accuser);
    table.judge(name, 'dead', nowMs);
    out.notify({ type: 'member-failed', claim: { ...claim, status: 'dead', accuser }, evidence: peer.evidence });
  }

  /** Ourselves, or who told us, and then the reporters. */
  #evidence(name: NodeId, silentMs: number, sinceMs: number, nowMs: number, accuser = this.#deps.self): Evidence {
    const { config, voters } = this.#deps;
    const reports = [...this.#reports.of(name, nowMs)].filter(([reporter]) => reporter !== accuser);
    const accusations = [[accuser, sinceMs] as const, ...reports].map(([by, atMs]) => ({
      accuser: by,
      grounds: undefined,
      atMs,
    }));
    const neededCount = quorumOf(voters.count);
    const finding = { rule: 'quorum', silentMs, reporterCount: accusations.length, neededCount } as const;
    return { accusations, sinceMs, timeoutMs: config.nodeTimeoutMs, localHealth: 0, finding };
  }
}
