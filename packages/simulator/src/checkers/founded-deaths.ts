/**
 * Nobody is dead without a suspicion that ran its course, or gone without having left or being sent away. Whoever holds
 * a verdict first must have reached it by itself; all others have it from somebody.
 */
import type { Claim } from '@hearsay/membership';
import { type SwimConfig, suspicionBounds } from '@hearsay/swim';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Amnesia, claimText, FirstWords, lifeKey } from './lives.ts';

/** A timer may fire that much early, and clocks drift while it runs. */
const EARLY_MS = 2;

interface Suspicion {
  readonly key: string;
  readonly sinceMs: number;
  readonly msMin: number;
}

export class FoundedDeaths implements ClusterChecker {
  readonly name = 'every verdict has its grounds';
  checkedCount = 0;
  readonly #config: Readonly<SwimConfig>;
  readonly #words = new FirstWords();
  readonly #amnesia = new Amnesia();
  /** By life of the observer, then by member. */
  readonly #suspicions = new WeakMap<Life, Map<string, Suspicion>>();

  constructor(config: Readonly<SwimConfig>) {
    this.#config = config;
  }

  onLife(life: Life): void {
    this.#amnesia.note(life);
    this.#suspicions.set(life, new Map());
  }

  onClaim({ at, before, after }: Change<Claim>): void {
    if (after === undefined) return;
    const suspicion = this.#suspicions.get(at)?.get(after.name);
    this.#note(at, before, after);
    if (!this.#words.isFirst(after) || this.#amnesia.covers(after)) return;
    if (after.status === 'suspect') this.#checkSuspicion(at, after);
    if (after.status === 'dead') this.#checkDeath(at, after, suspicion);
    if (after.status === 'left') this.#checkLeave(at, after);
  }

  #checkSuspicion(at: Life, claim: Claim): void {
    this.checkedCount += 1;
    must(this, claim.accuser === at.name, () => `${at.name} was the first to hold ${claimText(claim)}`);
  }

  #checkDeath(at: Life, claim: Claim, suspicion: Suspicion | undefined): void {
    this.checkedCount += 1;
    const tookMs = suspicion?.key === lifeKey(claim) ? at.nowMs() - suspicion.sinceMs : 0;
    must(
      this,
      suspicion !== undefined && tookMs >= suspicion.msMin - EARLY_MS,
      () => `${at.name} holds ${claimText(claim)} after ${tookMs} ms of suspicion, of ${suspicion?.msMin ?? 0}`,
    );
  }

  #checkLeave(at: Life, claim: Claim): void {
    this.checkedCount += 1;
    const isOwn = at.name === claim.name || claim.accuser === at.name;
    must(this, isOwn, () => `${at.name} was the first to hold ${claimText(claim)}`);
  }

  #note(at: Life, before: Claim | undefined, after: Claim): void {
    const suspicions = this.#suspicions.get(at);
    const key = lifeKey(after);
    if (after.status !== 'suspect') suspicions?.delete(after.name);
    else if (before?.status !== 'suspect' || lifeKey(before) !== key) {
      const { msMin } = suspicionBounds(at.core.table.peers.size + 1, this.#config);
      suspicions?.set(after.name, { key, sinceMs: at.nowMs(), msMin });
    }
  }
}
