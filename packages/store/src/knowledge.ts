/**
 * What this node has seen: per member, up to which of its clock's times. [Wuu]
 *
 *   through(m) = t   everything that m held when its clock said t has been merged here, and so everything that m itself
 *                    had written before t
 *
 * Such a vector answers two questions. Has everybody seen a deletion, so that its tombstone may go? That is the least
 * entry of everybody's vector. And: a peer offers an old record that is not here; is it news, or was it deleted here and
 * the tombstone is gone? It was, if `through` of the record's origin is beyond its stamp. So no tombstone has to wait
 * for members that may come back one day with a copy from before.
 *
 * Deviation: entries are times and not counts of events, since a hybrid clock orders the writes of one member as well as
 * a counter does, and compares with the floor.
 */
import type { NodeId } from '@hearsay/core';
import type { KnowledgeEntry } from './knowledge-bytes.ts';
import type { RecordHead } from './record.ts';

/**
 * One vector. Its own entry has a gap: what this node wrote just before a crash may be lost here and live elsewhere, so
 * it is not seen, until the floor has passed it. At `originCountMax` the entry that lies furthest back is forgotten: then old records may return. */
export class Knowledge {
  readonly #self: NodeId;
  readonly #originCountMax: number;
  /** From here on this node remembers all that it wrote. */
  #lifeStartMs = Number.POSITIVE_INFINITY;
  /** By member: wall milliseconds of its clock. */
  readonly #throughMs = new Map<NodeId, number>();
  #forgottenCount = 0;

  constructor(self: NodeId, originCountMax: number) {
    this.#self = self;
    this.#originCountMax = originCountMax;
  }

  get originCount(): number {
    return this.#throughMs.size;
  }

  /** Entries given up for room since the start. */
  get forgottenCount(): number {
    return this.#forgottenCount;
  }

  /** 0 when nothing is known. */
  throughMs(origin: NodeId): number {
    return this.#throughMs.get(origin) ?? 0;
  }

  /** Whether this version has been here: if it is not held now, something newer took its place. */
  hasSeen({ origin, stamp }: Pick<RecordHead, 'origin' | 'stamp'>): boolean {
    if (stamp.wallMs < this.throughMs(origin)) return true;
    return origin === this.#self && stamp.wallMs >= this.#lifeStartMs;
  }

  /** The first stamp that this life issues. */
  beginLife(startMs: number): void {
    this.#lifeStartMs = Math.min(this.#lifeStartMs, startMs);
  }

  /** Everything that `member` held at `throughMs` of its clock has been merged here. */
  learn(member: NodeId, throughMs: number): void {
    const heldMs = this.#throughMs.get(member);
    if (heldMs !== undefined && heldMs >= throughMs) return;
    if (heldMs === undefined && this.#throughMs.size >= this.#originCountMax) this.#forgetOne();
    this.#throughMs.set(member, throughMs);
  }

  /** The floor has passed: our word was asked for it in this life, and what we had lost, the others have brought back. */
  closeGap(floorMs: number): void {
    if (floorMs > this.#lifeStartMs) this.learn(this.#self, floorMs);
  }

  /** Everything is unproven again: what was held may be lost. */
  clear(): void {
    this.#throughMs.clear();
    this.#lifeStartMs = Number.POSITIVE_INFINITY;
  }

  /** What has been seen of each member. */
  entries(): Iterable<KnowledgeEntry> {
    return this.#throughMs.entries();
  }

  /** All entries as text, for the next life of this node. */
  format(): string {
    return JSON.stringify([...this.#throughMs]);
  }

  /** Takes over what `format` gave. Throws on anything else: the file is then damaged. */
  restore(text: string): void {
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows)) throw new TypeError('the knowledge of the store is not a list');
    for (const [origin, throughMs] of rows) {
      if (typeof origin !== 'string' || !Number.isSafeInteger(throughMs)) {
        throw new TypeError('an entry of the knowledge of the store is malformed');
      }
      this.learn(origin, throughMs);
    }
  }

  #forgetOne(): void {
    let oldest: NodeId | undefined;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const [origin, throughMs] of this.#throughMs) {
      if (throughMs >= oldestMs) continue;
      oldestMs = throughMs;
      oldest = origin;
    }
    if (oldest !== undefined) this.#throughMs.delete(oldest);
    this.#forgottenCount += 1;
  }
}
