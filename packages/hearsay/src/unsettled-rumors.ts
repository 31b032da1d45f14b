/** Rumors of our own that are still spread, or counted, and what is promised about each. */
import { coverageBy, formatRumorId, type Rumor, type RumorId, type SpentReason, type SpreadWay } from '@hearsay/rumor';
import type { StackEvent } from '@hearsay/stack';
import type { Engine } from './engine.ts';
import type { PublishOptions, RumorSpread } from './node.ts';

type Tally = Extract<StackEvent, { readonly type: 'rumor-tallied' }>;
type Outcome = RumorSpread['outcome'];

interface Unsettled {
  readonly id: string;
  readonly rumorId: RumorId;
  readonly publishedMs: number;
  readonly sampleCount: number;
  readonly way: SpreadWay;
  readonly isTallied: boolean;
  /** Set when the exact count came before the end of spreading. */
  tally?: Tally;
  readonly resolve: (spread: RumorSpread) => void;
}

/** Bounded by what the core spreads and counts at a time: each of them ends. */
export class UnsettledRumors {
  readonly #engine: Engine;
  readonly #waiting = new Map<string, Unsettled>();
  /** By token: what was known when the count began. */
  readonly #counting = new Map<number, { readonly unsettled: Unsettled; readonly spread: RumorSpread }>();
  /** No longer spread, and not counted to the end. */
  readonly #tallying = new Map<string, { readonly unsettled: Unsettled; readonly spread: RumorSpread }>();
  #lastToken = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get size(): number {
    return this.#waiting.size + this.#counting.size + this.#tallying.size;
  }

  /** Before the rumor is published: it may be over at once. */
  add(rumor: Rumor, { sample = 0, way = this.#engine.config.rumor.way }: PublishOptions): Promise<RumorSpread> {
    const id = formatRumorId(rumor.id);
    return new Promise((resolve) => {
      const publishedMs = this.#engine.nowMs();
      const isTallied = rumor.isCounted === true;
      this.#waiting.set(id, { id, rumorId: rumor.id, publishedMs, sampleCount: sample, way, isTallied, resolve });
    });
  }

  /** It was not published after all. */
  remove(rumor: Rumor): void {
    this.#waiting.delete(formatRumorId(rumor.id));
  }

  note(event: StackEvent): void {
    switch (event.type) {
      case 'rumor-spent':
        return this.#onEnd(event.rumor, 'spread', event.reason);
      case 'rumor-replaced':
        return this.#onEnd(event.rumor, 'replaced');
      case 'rumor-expired':
        return this.#onEnd(event.rumor, 'expired');
      case 'rumor-dropped':
        return this.#onEnd(event.rumor, 'dropped');
      case 'rumor-counted':
        return this.#onCounted(event);
      case 'rumor-tallied':
        return this.#onTallied(event);
      default:
    }
  }

  /** The node was stopped. */
  close(): void {
    for (const unsettled of this.#waiting.values()) unsettled.resolve(this.#spreadOf(unsettled, 'dropped'));
    for (const { unsettled, spread } of this.#counting.values()) unsettled.resolve(spread);
    for (const { unsettled, spread } of this.#tallying.values()) unsettled.resolve(spread);
    this.#tallying.clear();
    this.#waiting.clear();
    this.#counting.clear();
  }

  #onEnd(rumor: Rumor, outcome: Outcome, reason?: SpentReason): void {
    const id = formatRumorId(rumor.id);
    const unsettled = this.#waiting.get(id);
    if (unsettled === undefined) return;
    this.#waiting.delete(id);
    const spread = { ...this.#spreadOf(unsettled, outcome), ...(reason === undefined ? {} : { reason }) };
    if (unsettled.isTallied) {
      this.#tallying.set(id, { unsettled, spread });
      if (unsettled.tally !== undefined) this.#onTallied(unsettled.tally);
      return;
    }
    if (unsettled.sampleCount === 0) return unsettled.resolve(spread);
    this.#lastToken = (this.#lastToken + 1) >>> 0;
    const token = this.#lastToken;
    this.#counting.set(token, { unsettled, spread });
    // The core is in the middle of a step.
    queueMicrotask(() => this.#count(unsettled, token));
  }

  #count({ rumorId, sampleCount }: Unsettled, token: number): void {
    if (this.#counting.has(token)) this.#engine.command({ type: 'count', id: rumorId, token, sampleCount });
  }

  #onCounted({ token, askedCount, answeredCount, seenCount }: Extract<StackEvent, { type: 'rumor-counted' }>): void {
    const counting = this.#counting.get(token);
    if (counting === undefined) return;
    this.#counting.delete(token);
    const { unsettled, spread } = counting;
    const counted = { asked: askedCount, answered: answeredCount, heard: seenCount };
    // We have heard it ourselves: of all members if all were asked, and of the sample otherwise.
    const coverage = answeredCount === 0 ? spread.coverage : (seenCount + 1) / (answeredCount + 1);
    unsettled.resolve({ ...spread, coverage, counted });
  }

  #onTallied(tally: Tally): void {
    const id = formatRumorId(tally.id);
    const tallying = this.#tallying.get(id);
    if (tallying === undefined) {
      const unsettled = this.#waiting.get(id);
      if (unsettled !== undefined) unsettled.tally = tally;
      return;
    }
    this.#tallying.delete(id);
    const { unsettled, spread } = tallying;
    const { reachedCount, clusterSize } = tally;
    const elapsedMs = this.#engine.nowMs() - unsettled.publishedMs;
    const coverage = Math.min(1, reachedCount / clusterSize);
    unsettled.resolve({ ...spread, elapsedMs, memberCount: clusterSize, coverage, reached: reachedCount });
  }

  #spreadOf({ id, publishedMs, way }: Unsettled, outcome: Outcome): RumorSpread {
    const { stack, config } = this.#engine;
    const memberCount = stack.table.peers.size + 1;
    // A tree spans everybody, and finds what is lost.
    const expected = way === 'tree' ? 1 : coverageBy(config.rumor, memberCount);
    const coverage = outcome === 'spread' ? expected : 0;
    return { id, outcome, elapsedMs: this.#engine.nowMs() - publishedMs, memberCount, coverage };
  }
}
