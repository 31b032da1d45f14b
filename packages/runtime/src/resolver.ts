/**
 * Addresses of DNS names, asked once in a while and never per packet. An answer that has grown old is still used
 * while it is asked again, and when that fails: a DNS outage must not split a running cluster.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import { BoundedMap } from '@hearsay/core';
import { monotonicNowMs } from './clock.ts';
import type { TransportConfig } from './config.ts';
import type { Tally } from './counters.ts';
import type { ErrorLog } from './error-log.ts';

/** Finds one address of a name; 0 means either family. Rejects when there is none. */
export type Lookup = (host: string, family: 0 | 4 | 6) => Promise<string>;

/** The resolver of the system: the hosts file, DNS, mDNS, as configured. */
export async function systemLookup(host: string, family: 0 | 4 | 6): Promise<string> {
  const { address } = await dnsLookup(host, { family });
  return address;
}

type Use = (address: string | undefined) => void;

interface Known {
  readonly address: string | undefined;
  readonly askAgainMs: number;
}

/** A bounded cache in front of a `Lookup`. */
export class Resolver {
  readonly #config: Readonly<TransportConfig>;
  readonly #family: 0 | 4 | 6;
  readonly #lookup: Lookup;
  readonly #tally: Tally;
  readonly #errors: ErrorLog;
  readonly #known: BoundedMap<string, Known>;
  readonly #asking = new Map<string, Use[]>();
  #waitingCount = 0;
  #isClosed = false;

  constructor(config: Readonly<TransportConfig>, family: 0 | 4 | 6, lookup: Lookup, tally: Tally, errors: ErrorLog) {
    this.#config = config;
    this.#family = family;
    this.#lookup = lookup;
    this.#tally = tally;
    this.#errors = errors;
    this.#known = new BoundedMap(config.lookupCountMax);
  }

  /** Calls `use` once: at once when the name is known, else when DNS has answered; with `undefined` for no address. */
  resolve(host: string, use: Use): void {
    const known = this.#known.get(host);
    const isOld = known === undefined || monotonicNowMs() >= known.askAgainMs;
    if (isOld && !this.#asking.has(host)) this.#ask(host);
    const waiting = this.#asking.get(host);
    if (known?.address !== undefined || waiting === undefined) return use(known?.address);
    if (this.#waitingCount >= this.#config.lookupWaitingCountMax) return use(undefined);
    this.#waitingCount += 1;
    waiting.push(use);
  }

  /** Those who wait get no address. A lookup that is under way ends by itself and changes nothing. */
  close(): void {
    this.#isClosed = true;
    for (const host of [...this.#asking.keys()]) this.#answer(host, undefined);
  }

  #ask(host: string): void {
    // Each lookup holds one of the few threads of the process; more questions than waiters would be an attack.
    if (this.#isClosed || this.#asking.size >= this.#config.lookupWaitingCountMax) return;
    this.#asking.set(host, []);
    this.#tally.lookupCount += 1;
    this.#lookup(host, this.#family).then(
      (address) => this.#onAddress(host, address),
      (error: unknown) => this.#onFailure(host, error),
    );
  }

  #onAddress(host: string, address: string): void {
    if (this.#isClosed) return;
    this.#known.set(host, { address, askAgainMs: monotonicNowMs() + this.#config.lookupTtlMs });
    this.#answer(host, address);
  }

  #onFailure(host: string, error: unknown): void {
    if (this.#isClosed) return;
    this.#tally.lookupFailedCount += 1;
    const address = this.#known.get(host)?.address;
    this.#known.set(host, { address, askAgainMs: monotonicNowMs() + this.#config.lookupRetryMs });
    this.#errors.report(error instanceof Error ? error : new Error(`lookup of ${host} failed`, { cause: error }));
    this.#answer(host, address);
  }

  #answer(host: string, address: string | undefined): void {
    const waiting = this.#asking.get(host) ?? [];
    this.#asking.delete(host);
    this.#waitingCount -= waiting.length;
    for (const use of waiting) use(address);
  }
}
