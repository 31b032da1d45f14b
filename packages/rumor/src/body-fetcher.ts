/**
 * Bodies of rumors that no packet can carry: they are offered by id and digest, and who lacks one fetches it by stream from
 * one of those who have offered it. So a large rumor crosses the network once per node, and not once per push.
 *
 *   offer --> fetching --push--> done
 *                |--timeout, another body--> fetching, from the next who has offered it --none left--> left to the log
 */
import type { NodeId, Outbox } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import { BodyDigests, isSameDigest } from './body-digest.ts';
import type { RumorConfig } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type Rumor, type RumorId, rumorIdProblem } from './rumor.ts';
import type { RumorMemory } from './rumor-memory.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;
type Offer = Extract<RumorMessage, { readonly type: 'offer' }>;

/** What a fetcher is made of. */
export interface FetcherDeps {
  readonly config: Readonly<RumorConfig>;
  readonly peers: PeerSet;
  readonly memory: RumorMemory;
  readonly hasSeen: (id: RumorId) => boolean;
}

/** Who has offered a body, and what it has said of it: nothing, in an older version. */
interface Provider {
  readonly peer: NodeId;
  readonly digest: Uint8Array | undefined;
}

interface Fetch {
  readonly id: RumorId;
  /** Those who have offered it and were not asked yet, the first first. */
  readonly providers: Provider[];
  asked: Provider;
  attempt: number;
}

/** Bounded by `fetchCountMax` and `fetchProviderCountMax`; what is beyond them is left to the log. */
export class BodyFetcher {
  /** Counts since the start, see `RumorCounts`. */
  readonly counts = { served: 0, fetchRetried: 0, fetchIgnored: 0, fetchGivenUp: 0, fetchWrong: 0 };
  readonly #config: Readonly<RumorConfig>;
  readonly #peers: PeerSet;
  readonly #memory: RumorMemory;
  readonly #hasSeen: (id: RumorId) => boolean;
  readonly #digests = new BodyDigests();
  readonly #fetches = new Map<string, Fetch>();

  constructor({ config, peers, memory, hasSeen }: FetcherDeps) {
    this.#config = config;
    this.#peers = peers;
    this.#memory = memory;
    this.#hasSeen = hasSeen;
  }

  /** Bodies on their way. */
  get size(): number {
    return this.#fetches.size;
  }

  /** What is told of a rumor in place of its body. */
  offer(to: NodeId, rumor: Rumor, out: RumorOutbox): void {
    out.send(to, { type: 'offer', ids: [rumor.id], digests: [this.#digests.of(rumor)] });
  }

  /** Only from peers: what a stranger offers, it could not be asked for again. */
  onOffer(from: NodeId, { ids, digests = [] }: Offer, out: RumorOutbox): void {
    if (!Array.isArray(ids) || !Array.isArray(digests) || !this.#peers.has(from)) return;
    for (const [index, id] of ids.slice(0, this.#config.fetchIdCountMax).entries()) {
      if (rumorIdProblem(id) !== undefined || this.#hasSeen(id) || this.#memory.isOwn(id)) continue;
      const digest: unknown = digests[index];
      this.#consider(id, { peer: from, digest: digest instanceof Uint8Array ? digest : undefined }, out);
    }
  }

  /** Only to peers: a small question has a large answer. */
  onFetch(from: NodeId, ids: readonly RumorId[], out: RumorOutbox): void {
    if (!Array.isArray(ids) || !this.#peers.has(from)) return;
    for (const id of ids.slice(0, this.#config.fetchIdCountMax)) {
      const rumor = rumorIdProblem(id) === undefined ? this.#memory.log.get(formatRumorId(id)) : undefined;
      if (rumor === undefined) continue;
      this.counts.served += 1;
      out.send(from, { type: 'push', rumors: [rumor] }, 'stream');
    }
  }

  /** Whether a legal rumor is another one than its sender has offered us, and we have asked for. The next is asked then. */
  isWrong(rumor: Rumor, from: NodeId | undefined, out: RumorOutbox): boolean {
    if (this.#fetches.size === 0) return false;
    const key = formatRumorId(rumor.id);
    const fetch = this.#fetches.get(key);
    const digest = fetch?.asked.peer === from ? fetch?.asked.digest : undefined;
    if (fetch === undefined || digest === undefined || isSameDigest(digest, this.#digests.of(rumor))) return false;
    this.counts.fetchWrong += 1;
    this.#askNext(key, fetch, out);
    return true;
  }

  /** It has come, by whatever way. */
  onLearned(id: RumorId): void {
    if (this.#fetches.size > 0) this.#fetches.delete(formatRumorId(id));
  }

  onTimeout(key: string, attempt: number, out: RumorOutbox): void {
    const fetch = this.#fetches.get(key);
    if (fetch !== undefined && fetch.attempt === attempt) this.#askNext(key, fetch, out);
  }

  /** A peer has a rumor that we lack. One peer at a time is asked for it, however many offer it. */
  #consider(id: RumorId, provider: Provider, out: RumorOutbox): void {
    const key = formatRumorId(id);
    const fetch = this.#fetches.get(key);
    if (fetch !== undefined) {
      if (fetch.providers.length < this.#config.fetchProviderCountMax) fetch.providers.push(provider);
    } else if (this.#fetches.size >= this.#config.fetchCountMax) {
      this.counts.fetchIgnored += 1;
    } else {
      const begun = { id, providers: [], asked: provider, attempt: 0 };
      this.#fetches.set(key, begun);
      this.#ask(key, begun, out);
    }
  }

  #askNext(key: string, fetch: Fetch, out: RumorOutbox): void {
    const next = fetch.providers.shift();
    if (next === undefined) {
      this.#fetches.delete(key);
      this.counts.fetchGivenUp += 1;
      return;
    }
    this.counts.fetchRetried += 1;
    fetch.asked = next;
    this.#ask(key, fetch, out);
  }

  #ask(key: string, fetch: Fetch, out: RumorOutbox): void {
    fetch.attempt += 1;
    out.send(fetch.asked.peer, { type: 'fetch', ids: [fetch.id] });
    out.schedule({ type: 'fetch', key, attempt: fetch.attempt }, this.#config.fetchTimeoutMs);
  }
}
