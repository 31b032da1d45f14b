/**
 * Bodies of rumors that no packet can carry: they are offered by id, and who lacks one fetches it by stream from one of
 * those who have offered it. So a large rumor crosses the network once per node, and not once per push.
 *
 *   offer --> fetching --push--> done
 *                |--timeout--> fetching, from the next who has offered it --none left--> given up: the log brings it
 */
import type { NodeId, Outbox } from '@hearsay/core';
import type { RumorConfig } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type RumorId } from './rumor.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

interface Fetch {
  readonly id: RumorId;
  /** Those who have offered it and were not asked yet, the first first. */
  readonly providers: NodeId[];
  attempt: number;
}

/** Bounded by `fetchCountMax` and `fetchProviderCountMax`; what is beyond them is left to the log. */
export class BodyFetcher {
  readonly #config: Readonly<RumorConfig>;
  readonly #fetches = new Map<string, Fetch>();
  #ignoredCount = 0;
  #retriedCount = 0;
  #givenUpCount = 0;

  constructor(config: Readonly<RumorConfig>) {
    this.#config = config;
  }

  /** Bodies on their way. */
  get size(): number {
    return this.#fetches.size;
  }

  /** Offers ignored at `fetchCountMax`, since the start. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** Bodies asked for again, of another peer, since the start. */
  get retriedCount(): number {
    return this.#retriedCount;
  }

  /** Bodies that nobody who had offered them gave, since the start. */
  get givenUpCount(): number {
    return this.#givenUpCount;
  }

  /** A peer has a rumor that we lack. One peer at a time is asked for it, however many offer it. */
  onOffer(id: RumorId, from: NodeId, out: RumorOutbox): void {
    const key = formatRumorId(id);
    const fetch = this.#fetches.get(key);
    if (fetch !== undefined) {
      if (fetch.providers.length < this.#config.fetchProviderCountMax) fetch.providers.push(from);
    } else if (this.#fetches.size >= this.#config.fetchCountMax) {
      this.#ignoredCount += 1;
    } else {
      const begun = { id, providers: [], attempt: 0 };
      this.#fetches.set(key, begun);
      this.#ask(key, begun, from, out);
    }
  }

  /** It has come, by whatever way. */
  onLearned(id: RumorId): void {
    if (this.#fetches.size > 0) this.#fetches.delete(formatRumorId(id));
  }

  onTimeout(key: string, attempt: number, out: RumorOutbox): void {
    const fetch = this.#fetches.get(key);
    if (fetch === undefined || fetch.attempt !== attempt) return;
    const next = fetch.providers.shift();
    if (next === undefined) {
      this.#fetches.delete(key);
      this.#givenUpCount += 1;
      return;
    }
    this.#retriedCount += 1;
    this.#ask(key, fetch, next, out);
  }

  #ask(key: string, fetch: Fetch, peer: NodeId, out: RumorOutbox): void {
    fetch.attempt += 1;
    out.send(peer, { type: 'fetch', ids: [fetch.id] });
    out.schedule({ type: 'fetch', key, attempt: fetch.attempt }, this.#config.fetchTimeoutMs);
  }
}
