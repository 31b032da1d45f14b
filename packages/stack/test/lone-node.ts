/** One stack without a network: tests hand it packets, and it remembers what it asks for. */
import { type NodeId, Rng, WallClock } from '@hearsay/core';
import { aliveClaim, type Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import {
  type Packet,
  type StackCommand,
  StackCore,
  type StackEvent,
  type StackMessage,
  type StackOptions,
  type StackTimer,
  stackConfig,
} from '../src/index.ts';
import { JSON_SIZES } from './json-codec.ts';

/** Wall time at the start of every test; generations of test members are close to it. */
export const WALL_MS = 1_000_000_000;
export const GENERATION = 1_000_000;
const TIMER_COUNT_MAX = 10_000;

/** One message on its way, taken out of its packet. */
export interface Letter {
  readonly to: NodeId;
  readonly via: 'packet' | 'stream';
  readonly address: string;
  readonly wrapped: StackMessage;
}

type Sent = { readonly to: NodeId; readonly message: Packet; readonly via: 'packet' | 'stream' };

/** A node called `me` at `10.0.0.1:7946`, with a clock that the test moves. */
export class LoneNode {
  readonly stack: StackCore;
  readonly sends: Sent[] = [];
  readonly events: StackEvent[] = [];
  nowMs = 0;
  readonly #timers: { readonly dueMs: number; readonly timer: StackTimer }[] = [];

  constructor(options: StackOptions = {}) {
    this.stack = new StackCore({
      config: stackConfig(options),
      self: { name: 'me', address: '10.0.0.1:7946', generation: GENERATION, tags: new Map() },
      sizes: JSON_SIZES,
      rng: new Rng(7),
      wallClock: new WallClock(WALL_MS, 0),
      cluster: 'test',
    });
  }

  command(command: StackCommand): void {
    this.#step({ kind: 'command', command });
  }

  /** A packet from member `from`, of the life that the table holds, unless `partial` says otherwise. */
  hear(from: NodeId, messages: readonly StackMessage[], partial: Partial<Packet> = {}, source = addressOf(from)): void {
    const packet: Packet = { from, generation: GENERATION, address: '', messages, ...partial };
    this.#step({ kind: 'message', from: source, message: packet });
  }

  /** Makes `name` an alive member, as if a friend of it had said so. */
  meet(...names: readonly NodeId[]): void {
    this.hear('friend', [{ protocol: 'swim', message: { type: 'claims', claims: names.map((name) => claim(name)) } }]);
    this.clear();
  }

  /** Fires every timer that is due until then, in order. */
  advance(byMs: number): void {
    const endMs = this.nowMs + byMs;
    for (let count = 0; count < TIMER_COUNT_MAX; count++) {
      this.#timers.sort((a, b) => a.dueMs - b.dueMs);
      const next = this.#timers[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers.shift();
      this.nowMs = next.dueMs;
      this.#step({ kind: 'timer', timer: next.timer });
    }
    this.nowMs = endMs;
  }

  /** What was sent since `clear`, message by message. */
  letters(): Letter[] {
    return this.sends.flatMap(({ to, via, message: { address, messages } }) =>
      messages.map((wrapped) => ({ to, via, address, wrapped })),
    );
  }

  /** The protocols whose timers are pending. */
  pendingProtocols(): string[] {
    return [...new Set(this.#timers.map(({ timer }) => timer.protocol))].sort((a, b) => (a < b ? -1 : 1));
  }

  eventsOf<T extends StackEvent['type']>(type: T): (StackEvent & { readonly type: T })[] {
    return this.events.filter((event): event is StackEvent & { readonly type: T } => event.type === type);
  }

  clear(): void {
    this.sends.length = 0;
    this.events.length = 0;
  }

  #step(input: Parameters<StackCore['step']>[0]): void {
    this.stack.step(input, this.nowMs, {
      send: (to, message, via = 'packet') => this.sends.push({ to, message, via }),
      schedule: (timer, delayMs) => this.#timers.push({ dueMs: this.nowMs + delayMs, timer }),
      notify: (event) => this.events.push(event),
    });
  }
}

/** Where a member of the tests lives. */
export function addressOf(name: NodeId): string {
  return `${name}.test:7946`;
}

/** An alive claim about a member, in the life that `hear` speaks in. */
export function claim(name: NodeId, partial: Partial<Claim> = {}): Claim {
  return aliveClaim({ name, address: addressOf(name), generation: GENERATION, ...partial });
}

/** A rumor of a member. */
export function rumor(origin: NodeId, sequence: number, partial: Partial<Rumor> = {}): Rumor {
  const id = { origin, generation: GENERATION, sequence };
  return { id, topic: 'news', payload: new Uint8Array(4), priority: 'normal', ...partial };
}

/** A record that a member has just written. */
export function record(key: string, partial: Partial<StoreRecord> = {}): StoreRecord {
  const stamp = { wallMs: WALL_MS, counter: 0 };
  return { key, stamp, origin: 'b', kind: 'set', value: new Uint8Array([1]), ...partial };
}
