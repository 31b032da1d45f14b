/**
 * What the replicas of this node come to, for its peers to compare.
 *
 *   A --ping, root of all--> B      equal: silence
 *   A <--ack, each root--- B        one differs: A begins a session over that one
 *
 * So equal replicas cost twelve bytes per ping, however many there are, and to find which of them differ costs no packet.
 */
import type { AntiEntropyCommand, AntiEntropyCore } from '@hearsay/anti-entropy';
import { mix32, type NodeId, type Rng } from '@hearsay/core';
import type { Composer } from './composer.ts';
import type { RootMessage, RootsMessage, StackMessage } from './messages.ts';
import type { Protocols } from './protocols.ts';

/** The replicas whose roots are shown. */
export type ReplicaName = 'members' | 'store' | 'state' | 'rumors';

/** A digest of each replica, as text: equal on two nodes exactly when their content is. */
export type ReplicaDigests = Readonly<Record<ReplicaName, string>>;

export function digestsOf({ members, storeSync, state, rumorSync }: Protocols): ReplicaDigests {
  return {
    members: members.rootDigest(),
    store: storeSync.rootDigest(),
    state: state.rootDigest(),
    rumors: rumorSync.rootDigest(),
  };
}

/** What anti-entropy over one replica has counted. */
type SyncCounts = Pick<
  AntiEntropyCore<never>,
  | 'sessionCount'
  | 'treeBytes'
  | 'retryCount'
  | 'lateCount'
  | 'ignoredCount'
  | 'repairedCount'
  | 'throttledCount'
  | 'forgottenCount'
  | 'cutCount'
>;

/** By replica, for reading. */
export type ReplicaCounts = Readonly<Record<'members' | 'store' | 'rumors', SyncCounts>>;

export function countsOf({ members, storeSync, rumorSync }: Protocols): ReplicaCounts {
  return { members, store: storeSync, rumors: rumorSync };
}

/** Hands a command to the protocol over one replica. */
export type AskReplica = (replica: ReplicaName, command: AntiEntropyCommand) => void;

/** Two bytes on the wire; contents that collide under one salt do so under another by one chance in 2^32. */
const SALT_COUNT = 16_384;

/** Shows roots, and compares those that peers show. */
export class RootExchange {
  readonly #protocols: Protocols;
  readonly #composer: Composer;
  /** Only for salts. */
  readonly #rng: Rng;

  constructor({ protocols, composer, rng }: { protocols: Protocols; composer: Composer; rng: Rng }) {
    this.#protocols = protocols;
    this.#composer = composer;
    this.#rng = rng;
  }

  /** For a ping: one number over all replicas. */
  root(): StackMessage {
    const salt = this.#rng.below(SALT_COUNT);
    return { protocol: 'root', message: { type: 'root', salt, root: this.#rootOfAll(salt) } };
  }

  /** What rides on a ping to this peer: our root, and while anything waits for the floor how far we have seen everybody. */
  ride(to: NodeId): void {
    this.#composer.addOnce(to, 'root', () => this.root());
    const { stability, storeSync } = this.#protocols;
    const message = stability.message(() => storeSync.rootDigest());
    if (message !== undefined) this.#composer.addOnce(to, 'stability', () => ({ protocol: 'stability', message }));
  }

  /** To a member that showed another root, or to a stranger that holds us for a member: each root. */
  show(to: NodeId): void {
    this.#composer.addOnce(to, 'roots', () => this.#roots());
  }

  /** Only with a member: a stranger is first to say who it is. */
  onRoot(peer: NodeId, { salt, root }: RootMessage): void {
    if (this.#protocols.table.peers.has(peer) && this.#rootOfAll(salt) !== root) this.show(peer);
  }

  /** The same. Who shows no root of its rumors, or none of node state, does not know them. */
  onRoots(peer: NodeId, { salt, members, store, state, rumors }: RootsMessage, ask: AskReplica): void {
    if (!this.#protocols.table.peers.has(peer)) return;
    ask('members', { type: 'compare', peer, salt, root: members });
    ask('store', { type: 'compare', peer, salt, root: store });
    if (state !== undefined) ask('state', { type: 'compare', peer, salt, root: state });
    if (rumors !== undefined) ask('rumors', { type: 'compare', peer, salt, root: rumors });
  }

  /** Counts as shown, each: a replica that is compared often contacts nobody by itself. */
  #rootOfAll(salt: number): number {
    const { members, storeSync, stateSync, rumorSync } = this.#protocols;
    let root = mix32(salt);
    for (const replica of [members, storeSync, stateSync, rumorSync]) root = mix32(root ^ replica.showRoot(salt));
    return root;
  }

  #roots(): StackMessage {
    const { members, storeSync, stateSync, rumorSync } = this.#protocols;
    const salt = this.#rng.uint32();
    return {
      protocol: 'roots',
      message: {
        type: 'roots',
        salt,
        members: members.showRoot(salt),
        store: storeSync.showRoot(salt),
        state: stateSync.showRoot(salt),
        rumors: rumorSync.showRoot(salt),
      },
    };
  }
}
