/** Who was declared dead by whom, and when: false positives and times of detection, as [Lifeguard §V] counts them. */
import type { NodeId } from '@hearsay/core';

/** What the others know of a faulty member. */
interface Detection {
  readonly firstMs: number;
  readonly observers: Set<NodeId>;
}

/** A faulty member is declared dead rightly, any other is a false positive. */
export class Verdicts {
  readonly #startMs: number;
  readonly #faulty: ReadonlySet<NodeId>;
  readonly #wellCount: number;
  readonly #detections = new Map<NodeId, Detection>();
  readonly #all: number[] = [];
  #falseCount = 0;
  #falseAtWellCount = 0;

  /** @param startMs when the faults began. */
  constructor(startMs: number, faulty: readonly NodeId[], nodeCount: number) {
    this.#startMs = startMs;
    this.#faulty = new Set(faulty);
    this.#wellCount = nodeCount - faulty.length;
  }

  /** Failures reported, by any member, of members that are well: the paper's FP. */
  get falseCount(): number {
    return this.#falseCount;
  }

  /** Those reported by members that are well themselves: FP-. */
  get falseAtWellCount(): number {
    return this.#falseAtWellCount;
  }

  /** Of each faulty member that was detected: ms until the first well member declared it dead. */
  get first(): readonly number[] {
    return [...this.#detections.values()].map(({ firstMs }) => firstMs);
  }

  /** Of each that all well members have declared dead: ms until the last one did. */
  get all(): readonly number[] {
    return this.#all;
  }

  /** `observer` declares `name` dead. */
  note(timeMs: number, observer: NodeId, name: NodeId): void {
    const isWell = !this.#faulty.has(observer);
    if (this.#faulty.has(name)) {
      if (isWell) this.#detected(timeMs - this.#startMs, observer, name);
      return;
    }
    this.#falseCount += 1;
    if (isWell) this.#falseAtWellCount += 1;
  }

  #detected(afterMs: number, observer: NodeId, name: NodeId): void {
    const held = this.#detections.get(name) ?? { firstMs: afterMs, observers: new Set<NodeId>() };
    this.#detections.set(name, held);
    if (held.observers.size === this.#wellCount) return;
    held.observers.add(observer);
    if (held.observers.size === this.#wellCount) this.#all.push(afterMs);
  }
}
