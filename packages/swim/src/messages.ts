/** What SWIM says and hears. */
import type { Endpoint, NodeId, Via } from '@hearsay/core';
import type { Claim, DetectorEvent, Tags } from '@hearsay/membership';
import type { ProbeOutcome } from './local-health.ts';

/** The tags of one member. */
export interface TagsOf {
  readonly name: NodeId;
  readonly tags: Tags;
}

/**
 *   A → B  ping            B answers ack by the same path; nobody else does
 *   A → H  ping-req        H pings B; H → A ack if B answered, nack if it did not in time
 *   A → B  claims          news, as gossip or riding on any packet
 *   A → S  join            S answers join-reply with all that it knows, and tags; all by stream
 *   A → B  tags-request    B answers tags, of those that it has
 */
export type SwimMessage =
  /** A probe. `sequence` is a uint32 of the sender; `target` is who is meant, not who happens to listen there. */
  | { readonly type: 'ping'; readonly sequence: number; readonly target: NodeId; readonly path: Via }
  /** Answers the ping, or the ping-req, of this sequence. */
  | { readonly type: 'ack'; readonly sequence: number; readonly path: Via }
  /** Asks a helper to probe `target` at `address`. */
  | { readonly type: 'ping-req'; readonly sequence: number; readonly target: NodeId; readonly address: Endpoint }
  /** The helper is alive and heard nothing of the target. [Lifeguard §IV-A] */
  | { readonly type: 'nack'; readonly sequence: number }
  | { readonly type: 'claims'; readonly claims: readonly Claim[] }
  /** Without a claim: an observer, which wants to know and not to be known. */
  | { readonly type: 'join'; readonly claim: Claim | undefined }
  | { readonly type: 'join-reply'; readonly claims: readonly Claim[] }
  | { readonly type: 'tags-request'; readonly names: readonly NodeId[] }
  | { readonly type: 'tags'; readonly members: readonly TagsOf[] };

/** What the owner may ask for. */
export type SwimCommand =
  /** Begins to probe. Once. */
  | { readonly type: 'start' }
  /** Contacts seeds until one answers; they are also asked again while we know nobody. After a leave: rejoins. */
  | { readonly type: 'join'; readonly seeds: readonly Endpoint[] }
  /** Tells the cluster that we go. `left` follows. */
  | { readonly type: 'leave' }
  /** Declares another member left, which is how a dead one is taken off the lists at once. It can refute if it lives. */
  | { readonly type: 'force-leave'; readonly name: NodeId }
  /** Asks a member whether it is there, now. `ping-ended` follows, with `token`. */
  | { readonly type: 'ping'; readonly name: NodeId; readonly token: number }
  /** Tells a node what we hold against it, if anything, so that it can refute. A ping that comes here does it by itself. */
  | { readonly type: 'confront'; readonly name: NodeId }
  /** Claims from elsewhere, for example from anti-entropy over the member table. */
  | { readonly type: 'learn'; readonly claims: readonly Claim[]; readonly from: NodeId }
  /** Changes what others know about us. Throws `TooLargeError` above `TAGS_BYTES_MAX`, `ConfigError` for what is no text. */
  | { readonly type: 'set-tags'; readonly tags: Tags };

/** What a timer is for. Each carries what shows that it is stale. */
export type SwimAlarm =
  | { readonly type: 'period'; readonly run: number }
  | { readonly type: 'probe-timeout'; readonly sequence: number }
  | { readonly type: 'relay-timeout'; readonly sequence: number }
  | { readonly type: 'ping-timeout'; readonly sequence: number; readonly isLast: boolean }
  | { readonly type: 'suspicion'; readonly name: NodeId; readonly alarm: number }
  | { readonly type: 'gossip' }
  | { readonly type: 'tags' }
  | { readonly type: 'seeds'; readonly attempt: number; readonly run: number }
  | { readonly type: 'leave-deadline'; readonly run: number }
  | { readonly type: 'flap-reuse' }
  | { readonly type: 'reap' };

/** Every timer also knows when it is due, monotonic ms: that is how we notice that we stood still. */
export type SwimTimer = SwimAlarm & { readonly dueMs: number };

/** What the owner learns. */
export type SwimEvent =
  /** Recovered: it refuted, or a partition ended. */
  | DetectorEvent
  /** A member is new to us, or came back in a new life. Its tags may still be on the way. */
  | { readonly type: 'member-joined'; readonly claim: Claim }
  /** Its tags, zone or address changed, or its tags have arrived. */
  | { readonly type: 'member-updated'; readonly claim: Claim }
  /** By itself, or, if it has an accuser, by `force-leave`. */
  | { readonly type: 'member-left'; readonly claim: Claim }
  /** Somebody accused us, and we raised our incarnation. `accusation` is what was said of us. */
  | { readonly type: 'refuted'; readonly claim: Claim; readonly accusation: Claim }
  | { readonly type: 'joined'; readonly seed: NodeId; readonly memberCount: number }
  | {
      readonly type: 'join-retried';
      readonly seeds: readonly Endpoint[];
      readonly attempt: number;
      readonly delayMs: number;
    }
  /** Our own leave has spread, or its time was up. */
  | { readonly type: 'left' }
  | { readonly type: 'name-conflict'; readonly held: Claim; readonly other: Claim }
  /** A claim was implausible, or the owner's veto struck it. */
  | { readonly type: 'claim-refused'; readonly reason: string; readonly from: NodeId }
  /** The owner's veto struck a whole join, ours with a seed or another's with us. */
  | { readonly type: 'join-refused'; readonly reason: string; readonly from: NodeId }
  /** A member answers by stream and not by packet: look for a firewall between us that drops UDP. */
  | { readonly type: 'one-way-udp'; readonly target: NodeId }
  /** It comes and goes too often: it is left out as a helper until it has been quiet for a while, and then it is not. */
  | { readonly type: 'member-damped' | 'member-reused'; readonly name: NodeId; readonly penalty: number }
  /** `rttMs` is the time to the ack, or to the end of the period without one. */
  | {
      readonly type: 'probe-ended';
      readonly target: NodeId;
      readonly outcome: ProbeOutcome;
      readonly rttMs: number;
      readonly helperCount: number;
      /** Helpers that were alive and could not reach the target either. */
      readonly nackCount: number;
      /** After this probe. */
      readonly localHealth: number;
    }
  /** Answers the command `ping`. `path` is how the ack came; undefined when none came, or nobody has that name. */
  | {
      readonly type: 'ping-ended';
      readonly target: NodeId;
      readonly token: number;
      readonly path: Via | undefined;
      readonly rttMs: number;
    };
