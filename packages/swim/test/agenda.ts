/** What is due when: a binary heap by time, then by order of asking. */
export interface Due {
  readonly atMs: number;
  readonly order: number;
  /** Whose turn it is. */
  readonly owner: string;
  readonly kind: 'timer' | 'message';
  readonly run: () => void;
}

export class Agenda {
  readonly #heap: Due[] = [];
  #order = 0;

  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  add(due: Omit<Due, 'order'>): void {
    const heap = this.#heap;
    this.#order += 1;
    heap.push({ ...due, order: this.#order });
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >>> 1;
      if (isSooner(heap[parent]!, heap[index]!)) return;
      [heap[parent], heap[index]] = [heap[index]!, heap[parent]!];
      index = parent;
    }
  }

  take(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isSooner(heap[child]!, heap[least]!)) least = child;
      }
      if (least === index) return first;
      [heap[least], heap[index]] = [heap[index]!, heap[least]!];
      index = least;
    }
  }
}

export function isSooner(a: Due, b: Due): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.order < b.order;
}
