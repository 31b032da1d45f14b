/** Why a member is suspect or dead, as the application sees it: wall times, and names in place of bits. */
import type { NodeId } from '@hearsay/core';
import type { Evidence, Finding, Grounds } from '@hearsay/membership';

/** One member's word against another. */
export interface AccusationSnapshot {
  readonly accuser: NodeId;
  /** ISO 8601: when this node heard of it. */
  readonly at: string;
  /** What the accuser tried before, besides a ping that was not answered. Undefined when it did not say. */
  readonly tried: AccusationTried | undefined;
}

/** The paths that an accuser tried. */
export interface AccusationTried {
  /** Members that it asked to probe as well. */
  readonly helpers: number;
  /** Those of them that answered that they could not reach the member either. The others were silent. */
  readonly nacks: number;
  /** `failed` when a probe by stream was not answered either. */
  readonly stream: 'failed' | 'not-tried';
  /** How much the accuser distrusted its own view: 0 is well. */
  readonly localHealth: number;
}

/** The case against a member. */
export interface EvidenceSnapshot {
  /** The first accuser, then who confirmed. */
  readonly accusations: readonly AccusationSnapshot[];
  /** ISO 8601: when this node heard of it first. */
  readonly since: string;
  /** How long the suspicion lasts here, with the confirmations so far. */
  readonly timeoutMs: number;
  /** How much this node distrusted its own view when it heard of it: 0 is well. */
  readonly localHealth: number;
  /** What was measured, in the profiles that do not probe: how long it was silent, and by which rule that is too long. */
  readonly finding: Finding | undefined;
}

/** `wallMsAt` turns monotonic into wall milliseconds. */
export function evidenceSnapshot(evidence: Evidence, wallMsAt: (nowMs: number) => number): EvidenceSnapshot {
  const iso = (nowMs: number): string => new Date(wallMsAt(nowMs)).toISOString();
  const accusations = evidence.accusations.map(({ accuser, grounds, atMs }) =>
    Object.freeze({ accuser, at: iso(atMs), tried: grounds && accusationTried(grounds) }),
  );
  const { sinceMs, timeoutMs, localHealth, finding } = evidence;
  const since = iso(sinceMs);
  return Object.freeze({ accusations: Object.freeze(accusations), since, timeoutMs, localHealth, finding });
}

/** What an accuser tried. */
export function accusationTried({ helperCount, nackCount, hasTriedStream, localHealth }: Grounds): AccusationTried {
  return Object.freeze({
    helpers: helperCount,
    nacks: nackCount,
    stream: hasTriedStream ? 'failed' : 'not-tried',
    localHealth,
  });
}
