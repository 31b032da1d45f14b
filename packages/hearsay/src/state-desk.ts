/** Node state for the application: reads of all members, writes of our own. */
import type { NodeId, VersionedEntry } from '@hearsay/core';
import type { Engine } from './engine.ts';
import type { EventStream } from './event-stream.ts';
import type { StateChanged } from './events.ts';
import type { NodeStates, StateFilter } from './node.ts';
import type { StateEntry } from './snapshots.ts';

/** Reads are local; a write is a command, done when the call returns. */
export class StateDesk implements NodeStates {
  readonly #engine: Engine;
  readonly #events: EventStream;

  constructor(engine: Engine, events: EventStream) {
    this.#engine = engine;
    this.#events = events;
  }

  get(key: string, origin: NodeId = this.#self): StateEntry | undefined {
    const entry = this.#engine.stack.state.entry(origin, key);
    return entry && stateEntry(origin, entry);
  }

  set(key: string, value: string): StateEntry {
    this.#engine.command({ type: 'state-set', key, value });
    const entry = this.get(key);
    if (entry === undefined) throw new Error(`node state did not take ${key}: a command must run before it returns`);
    return entry;
  }

  delete(key: string): boolean {
    const isThere = this.get(key) !== undefined;
    this.#engine.command({ type: 'state-delete', key });
    return isThere;
  }

  list({ origin, prefix = '' }: StateFilter = {}): readonly StateEntry[] {
    const { state } = this.#engine.stack;
    const origins = origin === undefined ? [...state.origins()].sort(byText) : [origin];
    return origins.flatMap((name) =>
      state
        .list(name)
        .filter(({ key }) => key.startsWith(prefix))
        .sort((a, b) => byText(a.key, b.key))
        .map((entry) => stateEntry(name, entry)),
    );
  }

  async *watch({
    origin,
    prefix = '',
    signal,
  }: StateFilter & { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<StateChanged, undefined> {
    for await (const event of this.#events.read(signal)) {
      if (event.type !== 'state-changed' || !event.key.startsWith(prefix)) continue;
      if (origin === undefined || event.origin === origin) yield event;
    }
    return undefined;
  }

  get #self(): NodeId {
    return this.#engine.stack.self.name;
  }
}

function stateEntry(origin: NodeId, { key, value, version }: VersionedEntry): StateEntry {
  return Object.freeze({ origin, key, value: value ?? '', version });
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
