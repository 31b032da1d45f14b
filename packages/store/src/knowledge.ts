/**
 * What this node has seen: per member, up to which of its clock's times. [Wuu]
 *
 *   through(m) = t   everything that m held when its clock said t has been merged here
 *   gaps(m)          what m itself wrote before t has been here too, but for what it wrote in these stretches: m did not
 *                    hold that any more, and whether it lives elsewhere nobody knows
 *
 * Such a vector answers two questions. Has everybody seen a deletion, so that its tombstone may go? That is the least
 * `through` of everybody's vector. And: a peer offers an old record that is not here; is it news, or was it deleted here
 * and the tombstone is gone? It was, if the record's stamp is before `through` of its origin and in no gap. So no
 * tombstone has to wait for members that may come back one day with a copy from before.
 *
 * The two would be one if a node never lost its own writes. What it had acknowledged just before a crash may be on the
 * disks of others only, and there it is news to everybody who has just heard that the node is back, with all it has.
 *
 * Deviation: entries are times and not counts of events, since a hybrid clock orders the writes of one member as well as
 * a counter does, and compares with the floor. The paper's nodes never lose their log; ours do, hence the gaps.
 */
import type { NodeId } from '@hearsay/core';
import { areGaps, fewGaps, type Gap, gapsBefore, isInGap, sharedGaps } from './gaps.ts';
import type { KnowledgeEntry } from './knowledge-bytes.ts';
import type { RecordHead } from './record.ts';

interface Entry {
  readonly throughMs: number;
  /** In order, apart, before `throughMs`. */
  readonly gaps: readonly Gap[];
}

const NOTHING: Entry = Object.freeze({ throughMs: 0, gaps: Object.freeze([]) });

/** One vector. At `originCountMax` the entry that lies furthest back is forgotten: then old records may return. */
export class Knowledge {
  readonly #self: NodeId;
  readonly #originCountMax: number;
  readonly #others = new Map<NodeId, Entry>();
  /** Of our own writes: those of earlier lives before `throughMs`, and all of this one once it has begun. */
  #own: Entry | undefined;
  #isAlive = false;
  #forgottenCount = 0;

  constructor(self: NodeId, originCountMax: number) {
    this.#self = self;
    this.#originCountMax = originCountMax;
  }

  /** Members of whom anything is known, this one not counted. */
  get originCount(): number {
    return this.#others.size;
  }

  /** Entries given up for room since the start. */
  get forgottenCount(): number {
    return this.#forgottenCount;
  }

  /** Whether this node has begun to write in this life. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** 0 when nothing is known. */
  throughMs(origin: NodeId): number {
    return this.#entryOf(origin).throughMs;
  }

  /** Whether this version has been here: if it is not held now, something newer took its place. */
  hasSeen({ origin, stamp }: Pick<RecordHead, 'origin' | 'stamp'>): boolean {
    const { throughMs, gaps } = this.#entryOf(origin);
    const isOfThisLife = origin === this.#self && this.#isAlive;
    return (isOfThisLife || stamp.wallMs < throughMs) && !isInGap(gaps, stamp.wallMs);
  }

  /** Which of our own writes we may have lost: to be told with everything that says how far we are. */
  get ownGaps(): readonly Gap[] {
    return this.#entryOf(this.#self).gaps;
  }

  /** The first stamp that this life issues. What was written since the last that is remembered may be lost. */
  beginLife(startMs: number): void {
    const { throughMs, gaps } = this.#entryOf(this.#self);
    const lost = throughMs < startMs ? [{ fromMs: throughMs, untilMs: startMs }] : [];
    this.#own = { throughMs: startMs, gaps: fewGaps([...gaps, ...lost]) };
    this.#isAlive = true;
  }

  /** Nothing is written any more, and everything up to then is on disk. */
  endLife(endMs: number): void {
    this.#own = { throughMs: endMs, gaps: this.#entryOf(this.#self).gaps };
    this.#isAlive = false;
  }

  /** A write of our last life was found: then all that it had written before is there too. */
  recall(wroteMs: number): void {
    const own = this.#own;
    if (own !== undefined && !this.#isAlive && wroteMs > own.throughMs) this.#own = { ...own, throughMs: wroteMs };
  }

  /**
   * Everything that `member` held at `throughMs` of its clock has been merged here, or what somebody held who had merged
   * that; of its own writes it had lost those in `gaps`. Of ourselves it tells what came back. Malformed gaps: nothing.
   */
  learn(member: NodeId, throughMs: number, gaps: readonly Gap[] = NOTHING.gaps): void {
    if (!areGaps(gaps, throughMs)) return;
    const told = unseenBy({ throughMs, gaps });
    if (member === this.#self) {
      const own = this.#entryOf(member);
      this.#own = { ...own, gaps: fewGaps(sharedGaps(own.gaps, told)) };
      return;
    }
    const held = this.#others.get(member);
    if (held === undefined && this.#others.size >= this.#originCountMax) this.#forgetOne();
    const latestMs = Math.max(held?.throughMs ?? 0, throughMs);
    const unseen = sharedGaps(unseenBy(held ?? NOTHING), told);
    const still = fewGaps(gapsBefore(unseen, latestMs));
    // A list that has grown has room for more: a copy has not, and no gaps are the same for all.
    this.#others.set(member, { throughMs: latestMs, gaps: still.length === 0 ? NOTHING.gaps : still.slice() });
  }

  /** Gives up what ended before: nobody comes back any more who would have it. */
  closeGaps(beforeMs: number): void {
    const isOpen = ({ untilMs }: Gap): boolean => untilMs > beforeMs;
    for (const [member, { throughMs, gaps }] of this.#others) {
      if (!gaps.every(isOpen)) this.#others.set(member, { throughMs, gaps: gaps.filter(isOpen) });
    }
    if (this.#own !== undefined) this.#own = { ...this.#own, gaps: this.#own.gaps.filter(isOpen) };
  }

  /** Everything is unproven again: what was held may be lost. */
  clear(): void {
    this.#others.clear();
    this.#own = undefined;
    this.#isAlive = false;
  }

  /** What has been seen of each member but this one. */
  *entries(): Generator<KnowledgeEntry> {
    for (const [member, { throughMs, gaps }] of this.#others) yield [member, throughMs, gaps];
  }

  /** All entries as text, for the next life of this node. */
  format(): string {
    const entries = [...this.#others];
    if (this.#own !== undefined) entries.push([this.#self, this.#own]);
    const rows = entries.map(([member, { throughMs, gaps }]) => {
      const pairs = gaps.map(({ fromMs, untilMs }) => [fromMs, untilMs]);
      return pairs.length === 0 ? [member, throughMs] : [member, throughMs, pairs];
    });
    return JSON.stringify(rows);
  }

  /** Takes over what `format` gave. Throws on anything else: the file is then damaged. */
  restore(text: string): void {
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows)) throw new TypeError('the knowledge of the store is not a list');
    for (const [origin, throughMs, pairs = []] of rows) {
      const gaps = Array.isArray(pairs) ? pairs.map(([fromMs, untilMs]) => ({ fromMs, untilMs })) : undefined;
      if (typeof origin !== 'string' || !Number.isSafeInteger(throughMs) || !gaps || !areGaps(gaps, throughMs)) {
        throw new TypeError('an entry of the knowledge of the store is malformed');
      }
      if (origin === this.#self) this.#own = { throughMs, gaps };
      else this.learn(origin, throughMs, gaps);
    }
  }

  #entryOf(member: NodeId): Entry {
    return (member === this.#self ? this.#own : this.#others.get(member)) ?? NOTHING;
  }

  #forgetOne(): void {
    let oldest: NodeId | undefined;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const [origin, { throughMs }] of this.#others) {
      if (throughMs >= oldestMs) continue;
      oldestMs = throughMs;
      oldest = origin;
    }
    if (oldest !== undefined) this.#others.delete(oldest);
    this.#forgottenCount += 1;
  }
}

/** The gaps, and all that is still to come. */
function unseenBy({ throughMs, gaps }: Entry): readonly Gap[] {
  return [...gaps, { fromMs: throughMs, untilMs: Number.POSITIVE_INFINITY }];
}
