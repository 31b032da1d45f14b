/** What SWIM says and hears. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';

/**
 *   A → B  ping            B answers ack; nobody else does
 *   A → H  ping-req        H pings B; H → A ack if B answered, nack if it did not in time
 *   A → B  claims          news, as gossip or riding on any packet
 *   A → S  join            S answers join-reply with all that it knows; both by stream
 */
export type SwimMessage =
  /** A direct probe. `sequence` is a uint32 of the sender; `target` is who is meant, not who happens to listen there. */
  | { readonly type: 'ping'; readonly sequence: number; readonly target: NodeId }
  /** Answers the ping, or the ping-req, of this sequence. */
  | { readonly type: 'ack'; readonly sequence: number }
  /** Asks a helper to probe `target` at `address`. */
  | { readonly type: 'ping-req'; readonly sequence: number; readonly target: NodeId; readonly address: Endpoint }
  /** The helper is alive and heard nothing of the target. [Lifeguard §IV-A] */
  | { readonly type: 'nack'; readonly sequence: number }
  | { readonly type: 'claims'; readonly claims: readonly Claim[] }
  | { readonly type: 'join'; readonly claim: Claim }
  | { readonly type: 'join-reply'; readonly claims: readonly Claim[] };

/** What the owner may ask for. */
export type SwimCommand =
  /** Begins to probe. Once. */
  | { readonly type: 'start' }
  /** Contacts seeds until one answers; they are also asked again while we know nobody. After a leave: rejoins. */
  | { readonly type: 'join'; readonly seeds: readonly Endpoint[] }
  /** Tells the cluster that we go. `left` follows. */
  | { readonly type: 'leave' }
  /** Claims from elsewhere, for example from anti-entropy over the member table. */
  | { readonly type: 'learn'; readonly claims: readonly Claim[]; readonly from: NodeId }
  /** Changes what others know about us. Throws `TooLargeError` above `TAGS_BYTES_MAX`. */
  | { readonly type: 'set-tags'; readonly tags: ReadonlyMap<string, string> };

/** Every timer carries what shows that it is stale. */
export type SwimTimer =
  | { readonly type: 'period'; readonly run: number }
  | { readonly type: 'probe-timeout'; readonly sequence: number }
  | { readonly type: 'relay-timeout'; readonly sequence: number }
  | { readonly type: 'suspicion'; readonly name: NodeId; readonly generation: number; readonly incarnation: number }
  | { readonly type: 'gossip' }
  | { readonly type: 'seeds'; readonly attempt: number; readonly run: number }
  | { readonly type: 'leave-deadline'; readonly incarnation: number }
  | { readonly type: 'reap' };

/** What the owner learns. */
export type SwimEvent =
  /** A member is new to us, or came back in a new life. */
  | { readonly type: 'member-joined'; readonly claim: Claim }
  /** Its tags or its address changed. */
  | { readonly type: 'member-updated'; readonly claim: Claim }
  /** It refuted, or a partition ended. */
  | { readonly type: 'member-recovered'; readonly claim: Claim }
  | { readonly type: 'member-left'; readonly claim: Claim }
  | { readonly type: 'member-suspected' | 'member-failed'; readonly claim: Claim; readonly accuser: NodeId }
  /** Somebody accused us, and we raised our incarnation. */
  | { readonly type: 'refuted'; readonly claim: Claim; readonly accuser: NodeId }
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
  | { readonly type: 'claim-refused'; readonly reason: string; readonly from: NodeId }
  /** `rttMs` is the time to the ack, or to the end of the period without one. */
  | {
      readonly type: 'probe-ended';
      readonly target: NodeId;
      readonly outcome: 'direct' | 'indirect' | 'failed';
      readonly rttMs: number;
      /** Helpers that were alive and could not reach the target either. */
      readonly nackCount: number;
    };
