/** One core whose outputs are looked at, step by step. */
import { type NodeId, RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import {
  type AntiEntropyConfig,
  AntiEntropyCore,
  type AntiEntropyEvent,
  type AntiEntropyTimer,
  antiEntropyConfig,
} from '../src/index.ts';
import { Entries, type Entry, entryBytes, HASH_KEY, type Message } from './world.ts';

interface HarnessOptions {
  readonly config?: Partial<AntiEntropyConfig>;
  readonly peers?: readonly NodeId[];
  readonly content?: readonly (readonly [string, number])[];
  readonly seed?: number;
}

export class Harness {
  readonly replica: Entries;
  readonly peers = new PeerSet();
  readonly config: Readonly<AntiEntropyConfig>;
  readonly core: AntiEntropyCore<Entry>;
  readonly out = new RecordingOutbox<Message, AntiEntropyTimer, AntiEntropyEvent<Entry>>();
  nowMs = 0;

  constructor({ config = {}, peers = ['b', 'c', 'd'], content = [], seed = 1 }: HarnessOptions = {}) {
    for (const peer of peers) this.peers.add(peer);
    this.replica = new Entries(content);
    this.config = antiEntropyConfig(config);
    this.core = new AntiEntropyCore<Entry>({
      config: this.config,
      peers: this.peers,
      rng: new Rng(seed).fork('node'),
      replica: this.replica,
      sizeOf: entryBytes,
      hashKey: HASH_KEY,
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

  /** The messages that are sent in answer to these. */
  hear(from: NodeId, ...messages: readonly Message[]): Message[] {
    this.out.sends.length = 0;
    for (const message of messages) this.core.step({ kind: 'message', from, message }, this.nowMs, this.out);
    return this.out.sends.map(({ message }) => message);
  }

  probes(): { readonly to: NodeId; readonly session: number }[] {
    return this.out.sends
      .filter(({ message }) => message.type === 'probe')
      .map(({ to, message }) => ({ to, session: message.session }));
  }

  /** The sessions that have ended since the outputs were cleared. */
  ended(): Extract<AntiEntropyEvent<Entry>, { type: 'session-ended' }>[] {
    return this.out.events.filter((event) => event.type === 'session-ended');
  }

  get scheduled(): AntiEntropyTimer['type'][] {
    return this.out.timers.map(({ timer }) => timer.type);
  }
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
