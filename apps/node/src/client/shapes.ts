/** What a client reads from an agent. Unknown fields are kept, so that an older client can show a newer agent. */
import { z } from 'zod';

export type MemberStatus = 'alive' | 'suspect' | 'dead' | 'left';

/** One of `GET /v1/members`. */
export interface MemberView {
  readonly name: string;
  readonly address: string;
  readonly status: MemberStatus;
  readonly generation: number;
  readonly incarnation: number;
  readonly zone: string;
  /** Null while they are on their way to the agent. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** Null before the first measurement. */
  readonly rttMs: number | null;
  readonly since: string;
  readonly accuser?: string | undefined;
  readonly evidence?: EvidenceView | undefined;
  readonly isDamped: boolean;
  readonly isSelf: boolean;
}

/** What one member said against another, and what it had tried. */
export interface AccusationView {
  readonly accuser: string;
  readonly at: string;
  readonly tried?: TriedView | undefined;
}

/** The paths that an accuser tried, besides a ping that was not answered. */
export interface TriedView {
  readonly helpers: number;
  readonly nacks: number;
  readonly stream: string;
  readonly localHealth: number;
}

/** Why a member is suspect or dead. */
export interface EvidenceView {
  readonly accusations: readonly AccusationView[];
  readonly since: string;
  readonly timeoutMs: number;
  readonly localHealth: number;
  /** What was measured, in the profiles that do not probe. */
  readonly finding?: FindingView | undefined;
}

/** How a rule that only listens has found a member suspect or dead. What is there depends on the rule. */
export interface FindingView {
  readonly rule: string;
  readonly silentMs: number;
  readonly phi?: number | undefined;
  readonly meanMs?: number | undefined;
  readonly reporterCount?: number | undefined;
  readonly neededCount?: number | undefined;
}

/** The answer to `POST /v1/ping`. */
export interface PingView {
  readonly name: string;
  /** Null when there was no answer. */
  readonly path: string | null;
  readonly rttMs: number | null;
}

/** What the store of an agent holds, and how far deletions have gone. */
export interface StoreStatusView {
  readonly liveCount: number;
  readonly waitingCount: number;
  /** ISO 8601. Absent while there is none. */
  readonly floor?: string | undefined;
  readonly heldBy?: string | undefined;
}

/** `GET /v1/status`. */
export interface StatusView {
  readonly name: string;
  readonly status: MemberStatus;
  readonly address: string;
  readonly generation: number;
  readonly incarnation: number;
  readonly cluster: string;
  readonly members: Readonly<Record<MemberStatus, number>>;
  readonly health: { readonly eventLoopLagMs: number; readonly localHealth: number };
  readonly digests: {
    readonly members: string;
    readonly store: string;
    /** Missing, as the next, from an agent of an older version. */
    readonly state?: string | undefined;
    readonly rumors?: string | undefined;
  };
  /** Absent at agents of before it. */
  readonly store?: StoreStatusView | undefined;
  readonly version: string;
}

/** One of `GET /v1/kv`, and the answer to a write. */
export interface EntryView {
  readonly key: string;
  readonly version: string;
  readonly origin: string;
  readonly sizeBytes: number;
  /** Absent when it does not end by itself. */
  readonly expiresAt?: string | undefined;
}

/** One of `GET /v1/state`. */
export interface StateView {
  readonly origin: string;
  readonly key: string;
  readonly value: string;
  readonly version: number;
}

const memberStatus = z.enum(['alive', 'suspect', 'dead', 'left']);

const evidenceShape: z.ZodType<EvidenceView> = z.looseObject({
  accusations: z.array(
    z.looseObject({
      accuser: z.string(),
      at: z.string(),
      tried: z
        .looseObject({ helpers: z.number(), nacks: z.number(), stream: z.string(), localHealth: z.number() })
        .optional(),
    }),
  ),
  since: z.string(),
  timeoutMs: z.number(),
  localHealth: z.number(),
  finding: z
    .looseObject({
      rule: z.string(),
      silentMs: z.number(),
      phi: z.number().optional(),
      meanMs: z.number().optional(),
      reporterCount: z.number().optional(),
      neededCount: z.number().optional(),
    })
    .optional(),
});

export const memberShape: z.ZodType<MemberView> = z.looseObject({
  name: z.string(),
  address: z.string(),
  status: memberStatus,
  generation: z.number(),
  incarnation: z.number(),
  zone: z.string(),
  tags: z.record(z.string(), z.string()).nullable(),
  rttMs: z.number().nullable(),
  since: z.string(),
  accuser: z.string().optional(),
  evidence: evidenceShape.optional(),
  isDamped: z.boolean(),
  isSelf: z.boolean(),
});

export const statusShape: z.ZodType<StatusView> = z.looseObject({
  name: z.string(),
  status: memberStatus,
  address: z.string(),
  generation: z.number(),
  incarnation: z.number(),
  cluster: z.string(),
  members: z.object({ alive: z.number(), suspect: z.number(), dead: z.number(), left: z.number() }),
  health: z.looseObject({ eventLoopLagMs: z.number(), localHealth: z.number() }),
  digests: z.object({
    members: z.string(),
    store: z.string(),
    state: z.string().optional(),
    rumors: z.string().optional(),
  }),
  store: z
    .looseObject({
      liveCount: z.number(),
      waitingCount: z.number(),
      floor: z.string().optional(),
      heldBy: z.string().optional(),
    })
    .optional(),
  version: z.string(),
});

export const countShape: z.ZodType<{ readonly count: number }> = z.looseObject({ count: z.number() });

export const entryShape: z.ZodType<EntryView> = z.looseObject({
  key: z.string(),
  version: z.string(),
  origin: z.string(),
  sizeBytes: z.number(),
  expiresAt: z.string().optional(),
});

export const stateShape: z.ZodType<StateView> = z.looseObject({
  origin: z.string(),
  key: z.string(),
  value: z.string(),
  version: z.number(),
});
export const stateWriteShape: z.ZodType<Omit<StateView, 'value'>> = z.looseObject({
  origin: z.string(),
  key: z.string(),
  version: z.number(),
});

export const joinShape: z.ZodType<{ memberCount: number }> = z.looseObject({ memberCount: z.number() });
export const leaveShape: z.ZodType<{ status: MemberStatus }> = z.looseObject({ status: memberStatus });
export const forceLeaveShape: z.ZodType<{ name: string; status: string }> = z.looseObject({
  name: z.string(),
  status: z.string(),
});
export const pingShape: z.ZodType<PingView> = z.looseObject({
  name: z.string(),
  path: z.string().nullable(),
  rttMs: z.number().nullable(),
});
export const rumorShape: z.ZodType<{ id: string }> = z.looseObject({ id: z.string() });

/** How to publish a rumor. */
export interface PublishView {
  readonly priority: string;
  readonly ttlMs?: number | undefined;
  readonly key?: string | undefined;
  /** `push` or `tree`. */
  readonly way?: string | undefined;
  /** `count`: all members that have heard it are counted. */
  readonly ack?: string | undefined;
  /** Members that are asked whether they have heard it. */
  readonly sample?: number | undefined;
}

/** How far a rumor has come. */
export interface SpreadView {
  readonly id: string;
  readonly outcome: string;
  readonly elapsedMs: number;
  readonly memberCount: number;
  readonly coverage: number;
  readonly reached?: number | undefined;
  readonly counted?: { readonly asked: number; readonly answered: number; readonly heard: number } | undefined;
}
export const spreadShape: z.ZodType<SpreadView> = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  elapsedMs: z.number(),
  memberCount: z.number(),
  coverage: z.number(),
  reached: z.number().optional(),
  counted: z.object({ asked: z.number(), answered: z.number(), heard: z.number() }).optional(),
});
export const errorShape: z.ZodType<{ error: { code: string; message: string; doneCount?: number | undefined } }> =
  z.object({ error: z.object({ code: z.string(), message: z.string(), doneCount: z.number().optional() }) });
