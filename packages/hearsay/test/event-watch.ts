/** What a node has told so far, for tests that await it instead of sleeping. */
import type { HearsayNode, NodeEvent } from '../src/index.ts';

type EventOf<T extends NodeEvent['type']> = NodeEvent & { readonly type: T };

/** How long anything may take: far longer than it does on loopback, even on a busy machine. */
const DEADLINE_MS = 4_000;

/** Remembers every event of one node. */
export class EventWatch {
  readonly events: NodeEvent[] = [];
  readonly #observers = new Set<() => void>();

  constructor(node: HearsayNode) {
    node.subscribe((event) => {
      this.events.push(event);
      for (const observer of [...this.#observers]) observer();
    });
  }

  /** All events of a type so far. */
  all<T extends NodeEvent['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The first event of a type that fits, whether it has come or is to come. */
  async first<T extends NodeEvent['type']>(type: T, fits: (event: EventOf<T>) => boolean = () => true) {
    const found = (): EventOf<T> | undefined => this.all(type).find(fits);
    await until(() => found() !== undefined, this);
    return found()!;
  }

  observe(observer: () => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }
}

/** Resolves when the condition holds; it is asked again at every event of the watched nodes. */
export function until(isReached: () => boolean, ...watches: readonly EventWatch[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(deadline);
      for (const unobserve of unobserves) unobserve();
      settle();
    };
    const check = (): void => {
      if (isReached()) end(resolve);
    };
    const told = (): string => watches.map(({ events }) => events.map(({ type }) => type).join(' ')).join(' | ');
    const deadline = setTimeout(() => end(() => reject(new Error(`not reached after: ${told()}`))), DEADLINE_MS);
    const unobserves = watches.map((watch) => watch.observe(check));
    check();
  });
}
