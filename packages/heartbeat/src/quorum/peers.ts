/** What we know of each member's answers. */
import type { NodeId, Via } from '@hearsay/core';
import { type Claim, type Evidence, isPresent, type MemberTable } from '@hearsay/membership';

/** One member in one life. */
export interface Peer {
  readonly generation: number;
  /** When its last pong came, or when somebody else's did that told us of it. */
  pongMs: number;
  /** When anything came from it. */
  dataMs: number;
  /** The ping that is not answered yet: when it was sent first, and last and which way. */
  ping: { readonly sequence: number; sentMs: number; lastSentMs: number; via: Via } | undefined;
  isPfail: boolean;
  /** When a majority held it failed; undefined while none does. */
  failMs: number | undefined;
  /** How often its failure is still to be told to all. */
  tellCount: number;
  evidence: Evidence | undefined;
}

/** At most one per member of the table, ourselves aside. */
export class Peers {
  readonly #table: MemberTable;
  readonly #peers = new Map<NodeId, Peer>();

  constructor(table: MemberTable) {
    this.#table = table;
  }

  /** The member in its present life, if we watch it. */
  get(name: NodeId): Peer | undefined {
    const peer = this.#peers.get(name);
    return peer?.generation === this.#table.get(name)?.generation ? peer : undefined;
  }

  entries(): IterableIterator<[NodeId, Peer]> {
    return this.#peers.entries();
  }

  /** Begins to watch a life of a member. Undefined when we do already. It owes us nothing yet. */
  begin({ name, generation }: Claim, nowMs: number): Peer | undefined {
    if (this.#peers.get(name)?.generation === generation) return undefined;
    const peer: Peer = {
      generation,
      pongMs: nowMs,
      dataMs: nowMs,
      ping: undefined,
      isPfail: false,
      failMs: undefined,
      tellCount: 0,
      evidence: undefined,
    };
    this.#peers.set(name, peer);
    return peer;
  }

  /** Forgets who is in the table no longer, or has left, and returns their names. */
  forgetGone(): NodeId[] {
    const gone: NodeId[] = [];
    for (const name of this.#peers.keys()) {
      const claim = this.#table.get(name);
      if (claim === undefined || !isPresent(claim)) gone.push(name);
    }
    for (const name of gone) this.#peers.delete(name);
    return gone;
  }

  /** Our process stood still: nobody was silent for that time. */
  excuse(lostMs: number, nowMs: number): void {
    for (const peer of this.#peers.values()) {
      peer.pongMs = Math.min(nowMs, peer.pongMs + lostMs);
      peer.dataMs = Math.min(nowMs, peer.dataMs + lostMs);
      if (peer.ping !== undefined) peer.ping.sentMs = Math.min(nowMs, peer.ping.sentMs + lostMs);
    }
  }
}
