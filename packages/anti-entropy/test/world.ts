import {
  type Input,
  type NodeId,
  type Outbox,
  type Replica,
  type ReplicaObserver,
  Rng,
  utf8Bytes,
  type Via,
} from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import {
  type AntiEntropyCommand,
  type AntiEntropyConfig,
  AntiEntropyCore,
  type AntiEntropyEvent,
  type AntiEntropyMessage,
  type AntiEntropyTimer,
  antiEntropyConfig,
  type SessionOwner,
  type Strategy,
} from '../src/index.ts';

/** The simplest record that merges by a join: the greater version stays. */
export interface Entry {
  readonly key: string;
  readonly version: number;
}
export type Message = AntiEntropyMessage<Entry>;
type Event = AntiEntropyEvent<Entry>;

export const HASH_KEY: Uint8Array = utf8Bytes('a test');

/** A grow-only map of versions that can also forget, for the tree. */
export class Entries implements Replica<Entry> {
  readonly #entries = new Map<string, Entry>();
  #observer: ReplicaObserver<Entry> = () => {};

  constructor(entries: Iterable<readonly [string, number]> = []) {
    for (const [key, version] of entries) this.merge({ key, version });
  }
  get recordCount(): number {
    return this.#entries.size;
  }
  keys(): Iterable<string> {
    return this.#entries.keys();
  }
  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }
  keyOf(record: Entry): string {
    return record.key;
  }
  canonicalBytes(record: Entry): Uint8Array {
    return utf8Bytes(`${record.key}=${record.version}`);
  }
  observe(observer: ReplicaObserver<Entry>): void {
    this.#observer = observer;
  }
  merge(record: Entry): boolean {
    const held = this.#entries.get(record.key);
    if (held !== undefined && held.version >= record.version) return false;
    this.#entries.set(record.key, record);
    this.#observer(record.key, record);
    return true;
  }
  forget(key: string): void {
    if (this.#entries.delete(key)) this.#observer(key, undefined);
  }
  content(): Map<string, number> {
    const keys = [...this.#entries.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    return new Map(keys.map((key) => [key, this.#entries.get(key)?.version ?? 0]));
  }
}

/** What an entry adds to a message in protobuf: its own tag and length, two more, the key, a varint. */
export const entryBytes = ({ key }: Entry): number => utf8Bytes(key).length + 10;

/** What a message costs on the wire, by the field sizes of a straightforward protobuf schema. Not an upper bound. */
export function messageBytes(message: Message): number {
  const framing = 2 + 5;
  const varint = (value: number): number => 1 + Math.max(1, Math.ceil(Math.log2(value + 1) / 7));
  const block = (sizeBytes: number): number => varint(sizeBytes) + sizeBytes;
  switch (message.type) {
    case 'probe':
      return framing + varint(message.depth) + varint(message.count) + block(16);
    case 'equal':
      return framing;
    case 'digests':
      return message.nodes.reduce(
        (sum, node) => sum + block(varint(node.index) + block(64)),
        framing + varint(message.level),
      );
    case 'items':
    case 'want':
      return message.buckets.reduce(
        (sum, { level, index, fingerprints }) =>
          sum + block(varint(level) + varint(index) + block(4 * fingerprints.length)),
        framing,
      );
    case 'push':
      return message.records.reduce((sum, record) => sum + entryBytes(record), framing);
    case 'done':
      return framing + varint(message.messageCount) + 2;
    case 'sums':
      return message.nodes.reduce((sum, { count }) => sum + varint(count) + 13, framing + 8);
    case 'cells':
      return framing + 8 + 15 * message.cells.length;
    case 'more':
      return framing + 6;
    case 'fetch':
      return framing + 6 + 8 * message.elements.length;
    case 'close':
    case 'closed':
      return framing + 4;
  }
}

export interface Faults {
  readonly lossPerMille: number;
  readonly duplicatePerMille: number;
  /** Each message takes 1 ms to so many. */
  readonly delayMsMax: number;
}
export const NO_FAULTS: Faults = { lossPerMille: 0, duplicatePerMille: 0, delayMsMax: 1 };

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A handful of nodes in virtual time on one faulty network. */
export class World {
  readonly nodes = new Map<NodeId, { readonly core: AntiEntropyCore<Entry>; readonly replica: Entries }>();
  readonly sent: { readonly from: NodeId; readonly to: NodeId; readonly message: Message; readonly via: Via }[] = [];
  readonly events: (Event & { readonly at: NodeId })[] = [];
  faults: Faults;
  nowMs = 0;
  readonly #rng: Rng;
  readonly #due: Due[] = [];
  #order = 0;
  /** Records of the step that is running. */
  readonly #arrived: Entry[] = [];

  constructor(seed: number, faults: Faults = NO_FAULTS) {
    this.#rng = new Rng(seed);
    this.faults = faults;
  }

  /** Adds a node that knows all nodes in `peers`. */
  add(
    id: NodeId,
    replica: Entries,
    peers: readonly NodeId[],
    partial: Partial<AntiEntropyConfig> = {},
    owner?: SessionOwner<Entry>,
    strategy: Strategy = 'walk',
  ): void {
    const peerSet = new PeerSet();
    for (const peer of peers) if (peer !== id) peerSet.add(peer);
    const core = new AntiEntropyCore<Entry>({
      config: antiEntropyConfig(partial),
      peers: peerSet,
      rng: this.#rng.fork(id),
      replica,
      sizeOf: entryBytes,
      hashKey: HASH_KEY,
      owner,
      strategy,
    });
    this.nodes.set(id, { core, replica });
  }

  command(id: NodeId, command: AntiEntropyCommand): void {
    this.#step(id, { kind: 'command', command });
  }

  deliver(from: NodeId, to: NodeId, message: Message): void {
    if (this.nodes.has(to)) this.#step(to, { kind: 'message', from, message });
  }

  /** Runs until `untilMs`, or until nothing is left to do, or until `isDone`. Returns whether `isDone` stopped it. */
  run(untilMs: number, isDone: () => boolean = () => false): boolean {
    while (!isDone()) {
      const next = this.#due.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (next === undefined || next.atMs > untilMs) return false;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.nowMs = next.atMs;
      next.run();
    }
    return true;
  }

  node(id: NodeId): { readonly core: AntiEntropyCore<Entry>; readonly replica: Entries } {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(id);
    return node;
  }

  areEqual(): boolean {
    return new Set([...this.nodes.values()].map(({ core }) => core.rootDigest())).size === 1;
  }

  get sentBytes(): number {
    return this.sent.reduce((sum, { message }) => sum + messageBytes(message), 0);
  }

  /** The owner merges what has arrived when the step is over, and before the next one. */
  #step(id: NodeId, input: Input<AntiEntropyCommand, Message, AntiEntropyTimer>): void {
    const { core, replica } = this.node(id);
    core.step(input, this.nowMs, this.#outboxOf(id));
    for (const record of this.#arrived.splice(0)) replica.merge(record);
  }

  #outboxOf(id: NodeId): Outbox<Message, AntiEntropyTimer, Event> {
    return {
      send: (to, message, via = 'packet') => {
        this.sent.push({ from: id, to, message, via });
        const copies = this.#rng.chance(this.faults.duplicatePerMille) ? 2 : 1;
        for (let copy = 0; copy < copies; copy++) {
          if (this.#rng.chance(this.faults.lossPerMille)) continue;
          this.#after(1 + this.#rng.below(this.faults.delayMsMax), () => this.deliver(id, to, message));
        }
      },
      schedule: (timer, delayMs) => this.#after(delayMs, () => this.#step(id, { kind: 'timer', timer })),
      notify: (event) => {
        this.events.push({ ...event, at: id });
        if (event.type === 'records-received') this.#arrived.push(...event.records);
        if (event.type === 'records-dropped') for (const { key } of event.records) this.node(id).replica.forget(key);
      },
    };
  }

  #after(delayMs: number, run: () => void): void {
    this.#due.push({ atMs: this.nowMs + delayMs, order: this.#order++, run });
  }
}

/** `count` entries that only depend on their number. */
export const manyEntries = (count: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`key-${index}`, 1]);
