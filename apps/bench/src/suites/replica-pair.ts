/** Two nodes with a replica each, and the bytes that their sessions of anti-entropy take on the wire. */
import {
  type AntiEntropyConfig,
  AntiEntropyCore,
  type AntiEntropyEvent,
  type AntiEntropyMessage,
  type AntiEntropyTimer,
  antiEntropyConfig,
  type Strategy,
} from '@hearsay/anti-entropy';
import { RecordingOutbox, type Replica, type ReplicaObserver, type Rng, utf8Bytes } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { canonicalRecord, compareRecords, type StoreRecord } from '@hearsay/store';
import { Codec } from '@hearsay/wire';

const HASH_KEY = utf8Bytes('bench');
const NO_VALUE = new Uint8Array(0);
/** Virtual milliseconds from the first record on: any number that a clock may show. */
const FIRST_WALL_MS = 1_700_000_000_000;

/** Records without values: a version for each key. The keys are shared by both nodes, so a million of them fit. */
export class VersionTable implements Replica<StoreRecord> {
  readonly #keys: readonly string[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #versions: Uint32Array;
  #tell: ReplicaObserver<StoreRecord> = () => {};

  constructor(keys: readonly string[], indexOf: ReadonlyMap<string, number>) {
    this.#keys = keys;
    this.#indexOf = indexOf;
    this.#versions = new Uint32Array(keys.length);
  }
  get recordCount(): number {
    return this.#keys.length;
  }
  keys(): Iterable<string> {
    return this.#keys;
  }
  get(key: string): StoreRecord | undefined {
    const index = this.#indexOf.get(key);
    return index === undefined ? undefined : this.#recordAt(index);
  }
  keyOf(record: StoreRecord): string {
    return record.key;
  }
  canonicalBytes(record: StoreRecord): Uint8Array {
    return canonicalRecord(record);
  }
  supersedes(record: StoreRecord, held: StoreRecord): boolean {
    return compareRecords(record, held) > 0;
  }
  observe(observer: ReplicaObserver<StoreRecord>): void {
    this.#tell = observer;
  }
  /** Writes the next version of a record. */
  touch(index: number): void {
    this.#versions[index] = (this.#versions[index] ?? 0) + 1;
    const record = this.#recordAt(index);
    this.#tell(record.key, record);
  }
  merge(record: StoreRecord): void {
    const index = this.#indexOf.get(record.key);
    const version = record.stamp.wallMs - FIRST_WALL_MS;
    if (index === undefined || version <= (this.#versions[index] ?? 0)) return;
    this.#versions[index] = version;
    this.#tell(record.key, record);
  }
  #recordAt(index: number): StoreRecord {
    const wallMs = FIRST_WALL_MS + (this.#versions[index] ?? 0);
    const key = this.#keys[index] ?? '';
    return { key, stamp: { wallMs, counter: 0 }, origin: 'node-1', kind: 'set', value: NO_VALUE };
  }
}

/** What one session took. */
export interface SessionCost {
  readonly messageCount: number;
  /** Of the messages as they lie in packets, both ways, without the records themselves. */
  readonly bytes: number;
  /** The part of it that is cells. */
  readonly cellBytes: number;
  /** `bytes` with the headers of packets that carry nothing else. */
  readonly packetBytes: number;
  readonly cpuMs: number;
}

interface Node {
  readonly replica: VersionTable;
  readonly core: AntiEntropyCore<StoreRecord>;
  readonly out: RecordingOutbox<AntiEntropyMessage<StoreRecord>, AntiEntropyTimer, AntiEntropyEvent<StoreRecord>>;
}

/** Nodes `a` and `b` with the same records. */
export class ReplicaPair {
  readonly a: Node;
  readonly b: Node;
  /** Milliseconds that it took to digest all records of one node. */
  readonly buildMs: number;
  readonly #codec = new Codec();
  readonly #rng: Rng;

  constructor(deps: { recordCount: number; strategy: Strategy; config: Partial<AntiEntropyConfig>; rng: Rng }) {
    const { recordCount, strategy, rng } = deps;
    const config = antiEntropyConfig(deps.config);
    const keys = Array.from({ length: recordCount }, (_, index) => `user/${index.toString().padStart(8, '0')}`);
    const indexOf = new Map(keys.map((key, index) => [key, index]));
    const node = (self: string, peer: string): Node => {
      const replica = new VersionTable(keys, indexOf);
      const peers = new PeerSet();
      peers.add(peer);
      const sizeOf = (record: StoreRecord): number => this.#codec.recordBytes(record);
      const core = new AntiEntropyCore<StoreRecord>({
        ...{ config, peers, rng: rng.fork(self), replica, sizeOf, hashKey: HASH_KEY, strategy },
      });
      return { replica, core, out: new RecordingOutbox() };
    };
    this.#rng = rng.fork('changes');
    const startMs = performance.now();
    this.a = node('a', 'b');
    this.buildMs = performance.now() - startMs;
    this.b = node('b', 'a');
  }

  /** Writes so many different records, at b alone. */
  differ(count: number): void {
    const indexes = new Set<number>();
    while (indexes.size < count) indexes.add(this.#rng.below(this.b.replica.recordCount));
    for (const index of indexes) this.b.replica.touch(index);
  }

  /** One session, which a starts. Throws when the contents are not equal after it. */
  reconcile(): SessionCost {
    const cost = { messageCount: 0, bytes: 0, cellBytes: 0, packetBytes: 0 };
    const { a, b } = this;
    let cpuMs = -performance.now();
    a.core.step({ kind: 'command', command: { type: 'reconcile', peer: 'b' } }, 0, a.out);
    for (let from: Node = a, to: Node = b; from.out.sends.length + to.out.sends.length > 0; [from, to] = [to, from]) {
      const sends = from.out.sends.splice(0);
      cpuMs += performance.now();
      this.#count(sends, cost);
      cpuMs -= performance.now();
      for (const { message } of sends) {
        to.core.step({ kind: 'message', from: from === a ? 'a' : 'b', message }, 0, to.out);
        for (const event of to.out.events.splice(0)) {
          if (event.type === 'records-received') for (const record of event.records) to.replica.merge(record);
        }
      }
      for (let timers = to.out.timers.splice(0); timers.length > 0; timers = to.out.timers.splice(0)) {
        // What is pushed over several turns; nothing else falls due.
        for (const { timer } of timers) if (timer.type === 'go-on') to.core.step({ kind: 'timer', timer }, 0, to.out);
      }
    }
    cpuMs += performance.now();
    if (a.core.rootDigest() !== b.core.rootDigest()) throw new Error('a session left something out');
    return { ...cost, cpuMs };
  }

  #count(
    sends: readonly { readonly message: AntiEntropyMessage<StoreRecord> }[],
    cost: { messageCount: number; bytes: number; cellBytes: number; packetBytes: number },
  ): void {
    let packetBytes = 0;
    for (const { message } of sends) {
      const bare = message.type === 'push' ? { ...message, records: [] } : message;
      const bytes = this.#codec.sizeOf({ protocol: 'store', message: bare });
      cost.messageCount += 1;
      cost.bytes += bytes;
      if (message.type === 'cells') cost.cellBytes += bytes;
      if (packetBytes === 0 || packetBytes + bytes > PACKET_BYTES_MAX) {
        cost.packetBytes += this.#codec.overheadBytes('node-1');
        packetBytes = 0;
      }
      packetBytes += bytes;
      cost.packetBytes += bytes;
    }
  }
}

const PACKET_BYTES_MAX = 1_400;
