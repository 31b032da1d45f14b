/**
 * What every failure detector has in common, whatever its rule: what it tells, what it can be asked, and the evidence
 * behind a verdict. What is built on top asks for nothing else, so one detector can take the place of another.
 */
import type { NodeId } from '@hearsay/core';
import type { Claim, Grounds } from './claim.ts';

/** One member's word against another. */
export interface Accusation {
  readonly accuser: NodeId;
  /** What it tried before. Undefined when it did not say, and where the rule asks nobody. */
  readonly grounds: Grounds | undefined;
  /** Monotonic ms at which we heard of it. */
  readonly atMs: number;
}

/** What a rule that only listens has measured. */
export type Finding =
  /** No heartbeat for longer than a fixed time. */
  | { readonly rule: 'timeout'; readonly silentMs: number }
  /** Silence that is improbable after the intervals between earlier heartbeats. */
  | { readonly rule: 'phi'; readonly phi: number; readonly silentMs: number; readonly meanMs: number }
  /** No answer for longer than a fixed time, as far as that many voters can tell; the accusations name them. */
  | {
      readonly rule: 'quorum';
      readonly silentMs: number;
      readonly reporterCount: number;
      readonly neededCount: number;
    };

/** What this node knows of the case against a member. */
export interface Evidence {
  /** The first accuser, then those who confirmed, in the order in which we heard of them. */
  readonly accusations: readonly Accusation[];
  /** Monotonic ms at which the case began here. */
  readonly sinceMs: number;
  /** How long the suspicion lasts here, with the confirmations so far, or how much silence is allowed, in ms. */
  readonly timeoutMs: number;
  /** Our own local health when we heard of it. */
  readonly localHealth: number;
  /** What was measured, where the rule is not to probe. */
  readonly finding?: Finding | undefined;
}

/** What the owner of a detector learns. The status of `claim` is the new one. */
export type DetectorEvent =
  | { readonly type: 'member-suspected' | 'member-failed'; readonly claim: Claim; readonly evidence: Evidence }
  /** Another member suspects it as well. */
  | { readonly type: 'suspicion-confirmed'; readonly claim: Claim; readonly evidence: Evidence }
  /** It is heard of again. */
  | { readonly type: 'member-recovered'; readonly claim: Claim }
  /** Our own process stood still for so long: nobody is accused for that time. */
  | { readonly type: 'paused'; readonly lostMs: number; readonly localHealth: number };

/** What a detector can be asked. */
export interface FailureDetector {
  /** How far it distrusts its own view: 0 is well. */
  readonly localHealth: number;
  /** Why a member is suspect or dead; `undefined` when nothing is held against it. */
  evidenceOf(name: NodeId): Evidence | undefined;
}
