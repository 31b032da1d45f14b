/** One core named `self` with a clock of its own: what it sent, scheduled and told, and its timers when they are due. */
import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import type { FlapConfig } from '@hearsay/damping';
import { flapConfig } from '@hearsay/damping';
import { type Claim, MemberTable, membershipConfig, NO_TAGS, type Tags } from '@hearsay/membership';
import {
  type SwimCommand,
  type SwimConfig,
  SwimCore,
  type SwimEvent,
  type SwimMessage,
  type SwimTimer,
  type SwimVeto,
  swimConfig,
} from '../src/index.ts';

/** Wall time at monotonic 0: in whole seconds 1,000,000. */
export const WALL_MS = 1_000_000_000;
/** The address of `self`. */
export const SELF = '10.0.0.5:7946';

export interface SoloOptions {
  readonly seed?: number;
  readonly config?: Partial<SwimConfig>;
  readonly flaps?: Partial<FlapConfig>;
  readonly generation?: number;
  readonly zone?: string;
  readonly tags?: Tags;
  readonly isObserver?: boolean;
  readonly veto?: SwimVeto;
  /** In the table before the core is made. */
  readonly snapshot?: readonly Claim[];
  /** Learned at once, and the events of it forgotten. */
  readonly peers?: readonly string[];
  readonly memberCountMax?: number;
  /** Default true. */
  readonly isStarted?: boolean;
}

/** The members of a union that can be of this type. */
export type Kind<U extends { readonly type: string }, T extends U['type']> = U extends unknown
  ? T extends U['type']
    ? U & { readonly type: T }
    : never
  : never;

export class Solo {
  readonly table: MemberTable;
  readonly core: SwimCore;
  readonly config: Readonly<SwimConfig>;
  readonly out = new RecordingOutbox<SwimMessage, SwimTimer, SwimEvent>();
  readonly wallClock = new WallClock(WALL_MS, 0);
  /** In the order in which they are due. */
  readonly timers: SwimTimer[] = [];
  nowMs = 0;

  constructor(options: SoloOptions = {}) {
    const {
      zone,
      generation = 1,
      tags = NO_TAGS,
      isObserver,
      veto,
      snapshot = [],
      peers = [],
      isStarted = true,
    } = options;
    const { memberCountMax } = options;
    const limits = membershipConfig(memberCountMax === undefined ? {} : { memberCountMax });
    this.table = new MemberTable(limits, { name: 'self', zone: zone ?? '' });
    for (const held of snapshot) this.table.merge(held, WALL_MS, 0);
    this.config = swimConfig(options.config);
    this.core = new SwimCore({
      config: this.config,
      flaps: flapConfig(options.flaps),
      table: this.table,
      rng: new Rng(options.seed ?? 1),
      wallClock: this.wallClock,
      sizeOf: () => 50,
      self: { name: 'self', address: SELF, generation, tags, zone, isObserver },
      veto,
    });
    this.learn('gossip', ...peers.map((name) => claim(name)));
    if (isStarted) this.command({ type: 'start' });
    this.out.clear();
  }

  command(command: SwimCommand): void {
    this.core.step({ kind: 'command', command }, this.nowMs, this.out);
    this.#collect();
  }

  hear(from: string, message: SwimMessage): void {
    this.core.step({ kind: 'message', from, message }, this.nowMs, this.out);
    this.#collect();
  }

  learn(from: string, ...claims: readonly Claim[]): void {
    this.hear(from, { type: 'claims', claims });
  }

  /** Fires every timer that is due until then, on time. */
  runTo(nowMs: number): void {
    for (let due = this.timers[0]; due !== undefined && due.dueMs <= nowMs; due = this.timers[0]) {
      this.timers.shift();
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      this.fire(due);
    }
    this.nowMs = nowMs;
  }

  run(durationMs: number): void {
    this.runTo(this.nowMs + durationMs);
  }

  /** Stands still for so long: nothing fires until the end, then all that is overdue does. */
  pause(durationMs: number): void {
    this.nowMs += durationMs;
    const nowMs = this.nowMs;
    for (let due = this.timers[0]; due !== undefined && due.dueMs <= nowMs; due = this.timers[0]) {
      this.timers.shift();
      this.fire(due);
    }
  }

  /** Fires a timer now, whenever it is due. */
  fire(timer: SwimTimer): void {
    this.core.step({ kind: 'timer', timer }, this.nowMs, this.out);
    this.#collect();
  }

  /** Runs until the next timer of this type has fired. Returns what was sent from then on. */
  runUntil(type: SwimTimer['type']): typeof this.out.sends {
    const timer = this.timers.find((candidate) => candidate.type === type);
    if (timer === undefined) throw new Error(`no timer ${type}`);
    while (this.timers[0] !== timer) this.runTo(this.timers[0]!.dueMs);
    this.timers.shift();
    this.nowMs = Math.max(this.nowMs, timer.dueMs);
    this.out.clear();
    this.fire(timer);
    return this.out.sends;
  }

  pending<T extends SwimTimer['type']>(type: T): Kind<SwimTimer, T>[] {
    return this.timers.filter((timer): timer is Kind<SwimTimer, T> => timer.type === type);
  }

  sent<T extends SwimMessage['type']>(type: T): { to: string; message: Kind<SwimMessage, T>; via: string }[] {
    return this.out.sends.flatMap(({ to, message, via }) =>
      message.type === type ? [{ to, message: message as Kind<SwimMessage, T>, via }] : [],
    );
  }

  events<T extends SwimEvent['type']>(type: T): Kind<SwimEvent, T>[] {
    return this.out.events.filter((event): event is Kind<SwimEvent, T> => event.type === type);
  }

  /** The types of all events since the last clear. */
  get told(): string[] {
    return this.out.events.map(({ type }) => type);
  }

  status(name: string): string | undefined {
    return this.table.get(name)?.status;
  }

  /** Begins a period and returns its ping. */
  probe(): { to: string; sequence: number } {
    this.runUntil('period');
    const ping = this.sent('ping')[0];
    if (ping === undefined) throw new Error('nobody was probed');
    return { to: ping.to, sequence: ping.message.sequence };
  }

  #collect(): void {
    const added = this.out.timers.splice(0).map(({ timer }) => timer);
    if (added.length === 0) return;
    this.timers.push(...added);
    this.timers.sort((a, b) => a.dueMs - b.dueMs);
  }
}

/** A claim of a member about itself, unless `partial` says else. */
export function claim(name: string, partial: Partial<Claim> = {}): Claim {
  return {
    name,
    address: addressOf(name),
    generation: 1,
    incarnation: 0,
    status: 'alive',
    zone: '',
    tagsDigest: 0,
    accuser: '',
    grounds: undefined,
    endedAtSeconds: partial.status === 'dead' || partial.status === 'left' ? WALL_MS / 1000 : 0,
    ...partial,
  };
}

/** `self` lies in the middle of the addresses. */
export function addressOf(name: string): string {
  return name === 'self' ? SELF : `10.0.1.${name.charCodeAt(name.length - 1)}:7946`;
}
