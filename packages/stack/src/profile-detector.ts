/**
 * The detector of a profile that is not SWIM's: heartbeats and phi, as Cassandra has them, or quorum, as Redis Cluster
 * has it. SWIM goes on without its probes: it knows who the members are, spreads that, and answers accusations.
 *
 *   join     --> shadow round first, then SWIM's join          member-joined --> watched from then on
 *   packets  --> anything from a member counts as life         verdicts      --> the owner, as SWIM's own
 */
import type { Endpoint, NodeId, Outbox } from '@hearsay/core';
import { assertNever, BoundedMap } from '@hearsay/core';
import type {
  HeartbeatCommand,
  HeartbeatEvent,
  HeartbeatMessage,
  HeartbeatTimer,
  QuorumCommand,
  QuorumEvent,
  QuorumMessage,
  QuorumTimer,
} from '@hearsay/heartbeat';
import type { Claim, Evidence } from '@hearsay/membership';
import { Child } from './child.ts';
import type { Composer } from './composer.ts';
import type { Profile } from './config.ts';
import type { StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';
import type { Protocols } from './protocols.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;

/** Members of other profiles that are remembered as told. Source: guess; one is a mistake, and more are the same one. */
const OTHER_COUNT_MAX = 256;

/** Who a profile's detector works with. */
export interface ProfileLinks {
  readonly protocols: Pick<Protocols, 'heartbeat' | 'quorum' | 'table'>;
  readonly composer: Composer;
  /** Adds what rides on what is sent in every round: what our replicas come to. */
  ride(to: NodeId): void;
  /** After the detector's step: to the siblings and the owner. */
  route(event: ProfileEvent): void;
}

/** An event of the profile's detector. */
export type ProfileEvent =
  | { readonly protocol: 'heartbeat'; readonly event: HeartbeatEvent }
  | { readonly protocol: 'quorum'; readonly event: QuorumEvent };

/** What the stack has to do about an event of the detector, beside telling the owner. */
export type ProfileRequest =
  | { readonly type: 'learn'; readonly claims: readonly Claim[]; readonly from: NodeId }
  | { readonly type: 'join'; readonly seeds: readonly Endpoint[] };

/** At most one of the two runs; in the profile `swim` none does, and everything here does nothing. */
export class ProfileDetector {
  readonly #protocols: ProfileLinks['protocols'];
  readonly #heartbeat: Child<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer, HeartbeatEvent> | undefined;
  readonly #quorum: Child<QuorumCommand, QuorumMessage, QuorumTimer, QuorumEvent> | undefined;
  /** Members of other profiles that the owner was told of; the oldest is forgotten, and told of again. */
  readonly #others = new BoundedMap<NodeId, Profile>(OTHER_COUNT_MAX);
  /** Of the last join. */
  #seeds: readonly Endpoint[] = [];

  constructor({ protocols, composer, ride, route }: ProfileLinks) {
    const { heartbeat, quorum } = protocols;
    this.#protocols = protocols;
    if (heartbeat !== undefined) {
      this.#heartbeat = new Child(heartbeat, {
        send: (to, message, via) => {
          composer.add(to, { protocol: 'heartbeat', message }, via);
          const isRound = message.type === 'syn' || message.type === 'deltas';
          if (isRound && via === 'packet') ride(to);
        },
        wrapTimer: (timer) => ({ protocol: 'heartbeat', timer }),
        route: (event) => route({ protocol: 'heartbeat', event }),
      });
    }
    if (quorum !== undefined) {
      this.#quorum = new Child(quorum, {
        send: (to, message, via) => {
          composer.add(to, { protocol: 'quorum', message }, via);
          if (message.type === 'ping' && via === 'packet') ride(to);
        },
        wrapTimer: (timer) => ({ protocol: 'quorum', timer }),
        route: (event) => route({ protocol: 'quorum', event }),
      });
    }
  }

  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#protocols.heartbeat?.evidenceOf(name) ?? this.#protocols.quorum?.evidenceOf(name);
  }

  start(nowMs: number, out: StackOutbox): void {
    this.#heartbeat?.command({ type: 'start' }, nowMs, out);
    this.#quorum?.command({ type: 'start' }, nowMs, out);
  }

  /** We leave: we beat no more, ping nobody and judge nobody. */
  stop(nowMs: number, out: StackOutbox): void {
    this.#heartbeat?.command({ type: 'stop' }, nowMs, out);
    this.#quorum?.command({ type: 'stop' }, nowMs, out);
  }

  /** Whether the join waits for a shadow round; if so, `onEvent` asks for it in the end. */
  join(seeds: readonly Endpoint[], nowMs: number, out: StackOutbox): boolean {
    this.start(nowMs, out);
    this.#seeds = seeds;
    this.#heartbeat?.command({ type: 'join', seeds }, nowMs, out);
    return this.#heartbeat !== undefined;
  }

  /** A member is new, or in a new life. */
  watch(name: NodeId, nowMs: number, out: StackOutbox): void {
    this.#heartbeat?.command({ type: 'watch', name }, nowMs, out);
    this.#quorum?.command({ type: 'watch', name }, nowMs, out);
  }

  /** A packet has come from a member. */
  heard(name: NodeId, nowMs: number, out: StackOutbox): void {
    this.#quorum?.command({ type: 'heard', name }, nowMs, out);
  }

  onHeartbeatMessage(from: NodeId, message: HeartbeatMessage, nowMs: number, out: StackOutbox): void {
    if (this.#heartbeat === undefined) this.#tellOther(from, 'cassandra', out);
    else this.#heartbeat.message(from, message, nowMs, out);
  }

  onQuorumMessage(from: NodeId, message: QuorumMessage, nowMs: number, out: StackOutbox): void {
    if (this.#quorum === undefined) this.#tellOther(from, 'redis', out);
    else this.#quorum.message(from, message, nowMs, out);
  }

  /** Items of peers that the detector did not look at, or did not believe, since the start. */
  get counts(): { readonly droppedCount: number; readonly refusedCount: number } {
    const { heartbeat, quorum } = this.#protocols;
    const droppedCount = (heartbeat?.droppedCount ?? 0) + (quorum?.droppedCount ?? 0);
    return { droppedCount, refusedCount: heartbeat?.refusedCount ?? 0 };
  }

  onTimer(wrapped: Extract<StackTimer, { protocol: 'heartbeat' | 'quorum' }>, nowMs: number, out: StackOutbox): void {
    if (wrapped.protocol === 'heartbeat') this.#heartbeat?.timer(wrapped.timer, nowMs, out);
    else this.#quorum?.timer(wrapped.timer, nowMs, out);
  }

  /** A member of another profile hears no answer from us, and will hold us dead. Told once per member. */
  #tellOther(name: NodeId, profile: Profile, out: StackOutbox): void {
    if (this.#others.has(name) || this.#protocols.table.get(name) === undefined) return;
    this.#others.set(name, profile);
    out.notify({ type: 'profile-differs', name, profile });
  }

  /** Tells the owner what concerns it, and returns what a sibling is to do. */
  onEvent({ event }: ProfileEvent, out: StackOutbox): ProfileRequest | undefined {
    switch (event.type) {
      case 'claims-received':
        return { type: 'learn', claims: event.claims, from: event.from };
      case 'shadow-ended':
        out.notify(event);
        return { type: 'join', seeds: this.#seeds };
      case 'pong-received': {
        const { target, rttMs } = event;
        const own = { helperCount: 0, nackCount: 0, localHealth: 0 };
        out.notify({ type: 'probe-ended', target, outcome: 'direct', rttMs, ...own });
        return undefined;
      }
      case 'member-suspected':
      case 'member-failed':
      case 'member-recovered':
      case 'suspicion-confirmed':
      case 'paused':
        out.notify(event);
        return undefined;
      default:
        return assertNever(event);
    }
  }
}
