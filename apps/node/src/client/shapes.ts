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
  readonly tags: Readonly<Record<string, string>>;
  /** Null before the first measurement. */
  readonly rttMs: number | null;
  readonly since: string;
  readonly accuser?: string | undefined;
  readonly isSelf: boolean;
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
  readonly health: { readonly eventLoopLagMs: number };
  readonly digests: { readonly members: string; readonly store: string };
  readonly version: string;
}

/** One of `GET /v1/kv`, and the answer to a write. */
export interface EntryView {
  readonly key: string;
  readonly version: string;
  readonly origin: string;
  readonly sizeBytes: number;
}

const memberStatus = z.enum(['alive', 'suspect', 'dead', 'left']);

export const memberShape: z.ZodType<MemberView> = z.looseObject({
  name: z.string(),
  address: z.string(),
  status: memberStatus,
  generation: z.number(),
  incarnation: z.number(),
  tags: z.record(z.string(), z.string()),
  rttMs: z.number().nullable(),
  since: z.string(),
  accuser: z.string().optional(),
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
  health: z.looseObject({ eventLoopLagMs: z.number() }),
  digests: z.object({ members: z.string(), store: z.string() }),
  version: z.string(),
});

export const entryShape: z.ZodType<EntryView> = z.looseObject({
  key: z.string(),
  version: z.string(),
  origin: z.string(),
  sizeBytes: z.number(),
});

export const joinShape: z.ZodType<{ memberCount: number }> = z.looseObject({ memberCount: z.number() });
export const leaveShape: z.ZodType<{ status: MemberStatus }> = z.looseObject({ status: memberStatus });
export const rumorShape: z.ZodType<{ id: string }> = z.looseObject({ id: z.string() });
export const errorShape: z.ZodType<{ error: { code: string; message: string } }> = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});
