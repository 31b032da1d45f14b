/** One core whose outputs are looked at, step by step. */
import { isEndpoint, type NodeId, RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import {
  type AntiEntropyConfig,
  AntiEntropyCore,
  type AntiEntropyEvent,
  type AntiEntropyTimer,
  antiEntropyConfig,
  type SessionOwner,
} from '../src/index.ts';
import { Entries, type Entry, entryBytes, HASH_KEY, type Message } from './world.ts';

interface HarnessOptions {
  readonly config?: Partial<AntiEntropyConfig>;
  readonly peers?: readonly NodeId[];
  readonly content?: readonly (readonly [string, number])[];
  readonly seed?: number;
  /** Takes the place of one with `content`. */
  readonly replica?: Entries;
  readonly owner?: SessionOwner<Entry>;
}

export class Harness {
  readonly replica: Entries;
  readonly peers = new PeerSet();
  readonly config: Readonly<AntiEntropyConfig>;
  readonly core: AntiEntropyCore<Entry>;
  readonly out = new RecordingOutbox<Message, AntiEntropyTimer, AntiEntropyEvent<Entry>>();
  nowMs = 0;

  constructor({ config = {}, peers = ['b', 'c', 'd'], content = [], seed = 1, owner, replica }: HarnessOptions = {}) {
    for (const peer of peers) this.peers.add(peer);
    this.replica = replica ?? new Entries(content);
    this.config = antiEntropyConfig(config);
    this.core = new AntiEntropyCore<Entry>({
      config: this.config,
      peers: this.peers,
      rng: new Rng(seed).fork('node'),
      replica: this.replica,
      sizeOf: entryBytes,
      hashKey: HASH_KEY,
      owner,
      strategy: 'walk',
    });
  }

  start(): void {
    this.core.step({ kind: 'command', command: { type: 'start' } }, this.nowMs, this.out);
  }

  /** Starts a session with `peer` and returns its id, or `undefined` when none was started. */
  reconcile(peer: NodeId): number | undefined {
    this.out.clear();
    this.core.step({ kind: 'command', command: { type: 'reconcile', peer } }, this.nowMs, this.out);
    return this.probes()[0]?.session;
  }

  /** Lets the next timer of this kind ring now, whatever its delay. Returns the peers that are probed. */
  ring(type: AntiEntropyTimer['type']): NodeId[] {
    const index = this.out.timers.findIndex(({ timer }) => timer.type === type);
    const [pending] = this.out.timers.splice(index, index < 0 ? 0 : 1);
    if (pending === undefined) throw new Error(`no ${type} is scheduled`);
    this.out.sends.length = 0;
    this.core.step({ kind: 'timer', timer: pending.timer }, this.nowMs, this.out);
    return this.probes().map(({ to }) => to);
  }

  /**
   * The messages that are sent in answer to these, without envelopes: a `done` stands for the mark on a last part. What
   * is heard in a session of our own is made the answer to its last request, and its `close` is confirmed.
   */
  hear(from: NodeId, ...messages: readonly Message[]): Message[] {
    this.out.sends.length = 0;
    for (const message of messages) this.step(from, this.#addressed(from, message));
    while (this.scheduled.includes('go-on')) this.#goOn();
    const said = this.out.sends.map(({ message }) => message);
    for (const { message } of [...this.out.sends]) {
      if (message.type !== 'close') continue;
      const { session, request = 0, isComplete } = message;
      this.step(from, {
        ...{ type: 'closed', session, request, part: 1, end: 'complete', missing: [] },
        ...{ isComplete, note: new Uint8Array(0) },
      });
    }
    return said.filter(({ type }) => type !== 'close').flatMap(plain);
  }

  /** What is said over several turns, to its end. */
  #goOn(): void {
    const index = this.out.timers.findIndex(({ timer }) => timer.type === 'go-on');
    this.out.timers.splice(index, 1);
    this.core.step({ kind: 'timer', timer: { type: 'go-on' } }, this.nowMs, this.out);
  }

  /** Everything that was sent since the outputs were cleared. */
  said(): Message[] {
    return this.out.sends.map(({ message }) => message);
  }

  step(from: NodeId, message: Message): void {
    this.core.step({ kind: 'message', from, message }, this.nowMs, this.out);
  }

  readonly #requests = new Map<number, { peer: NodeId; request: number; parts: number }>();

  #addressed(from: NodeId, message: Message): Message {
    const open = this.#requests.get(message?.session);
    if (open === undefined || (open.peer !== from && !isEndpoint(open.peer))) return message;
    if (message.part !== undefined || message.pushed !== undefined) return message;
    open.parts += 1;
    const isLast = message.type === 'done' || message.type === 'equal';
    const end = message.type === 'done' && !message.isComplete ? 'cut' : 'complete';
    return { ...message, request: open.request, part: open.parts, ...(isLast ? { end } : {}) };
  }

  probes(): { readonly to: NodeId; readonly session: number }[] {
    const probes = this.out.sends.filter(({ message }) => message.type === 'probe');
    for (const { to, message } of probes) {
      if (this.#requests.has(message.session)) continue;
      this.#requests.set(message.session, { peer: to, request: message.request ?? 0, parts: 0 });
    }
    return probes.map(({ to, message }) => ({ to, session: message.session }));
  }

  /** The sessions that have ended since the outputs were cleared. */
  ended(): Extract<AntiEntropyEvent<Entry>, { type: 'session-ended' }>[] {
    return this.out.events.filter((event) => event.type === 'session-ended');
  }

  get scheduled(): AntiEntropyTimer['type'][] {
    return this.out.timers.map(({ timer }) => timer.type).filter((type) => type !== 'retry');
  }
}

/** A message without its envelope, and a `done` where it ends an answer that is not empty. */
function plain(message: Message): Message[] {
  const { request: _r, part, end, pushed: _p, isByStream: _s, stamp: _t, ...rest } = message;
  const isMarked = end !== undefined && rest.type !== 'done' && rest.type !== 'equal';
  const done: Message = {
    type: 'done',
    session: message.session,
    messageCount: part ?? 0,
    isComplete: end === 'complete',
  };
  return isMarked ? [rest, done] : [rest];
}

/** A probe of a replica with this content. */
export function probeOf(content: readonly (readonly [string, number])[], depth = 3, session = 7): Message {
  const { core } = new Harness({ content, config: { depth } });
  const digest = Buffer.from(core.rootDigest(), 'hex');
  const sum = new Uint8Array(digest.subarray(0, 16));
  return { type: 'probe', session, depth, count: digest.readUInt32BE(16), sum };
}

/** Everything in messages of one type. */
export const ofType = <T extends Message['type']>(messages: readonly Message[], type: T) =>
  messages.filter((message): message is Extract<Message, { readonly type: T }> => message.type === type);
