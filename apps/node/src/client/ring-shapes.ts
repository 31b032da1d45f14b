/** What a client reads of `/v1/ring`. */
import { z } from 'zod';

/** The answer to `GET /v1/ring/owners/KEY`. */
export interface PlaceView {
  readonly key: string;
  readonly token: string;
  readonly owners: readonly string[];
  readonly pending: readonly string[];
  readonly slot: number;
  readonly slotOwner: string | null;
}

/** One of the shares of `GET /v1/ring`. */
export interface ShareView {
  readonly name: string;
  readonly zone: string;
  readonly tokenCount: number;
  readonly share: number;
}

/** One of `GET /v1/ring/tokens`. */
export interface TokenView {
  readonly token: string;
  readonly name: string;
}

/** One of `GET /v1/ring/slots`. */
export interface SlotView {
  readonly name: string;
  readonly epoch: number;
  readonly slots: string;
}

/** `GET /v1/ring/schema`. */
export interface SchemaView {
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly isAgreed: boolean;
}

export const placeShape: z.ZodType<PlaceView> = z.looseObject({
  key: z.string(),
  token: z.string(),
  owners: z.array(z.string()),
  pending: z.array(z.string()),
  slot: z.number(),
  slotOwner: z.string().nullable(),
});
export const shareShape: z.ZodType<ShareView> = z.looseObject({
  name: z.string(),
  zone: z.string(),
  tokenCount: z.number(),
  share: z.number(),
});
export const tokenShape: z.ZodType<TokenView> = z.looseObject({ token: z.string(), name: z.string() });
export const slotShape: z.ZodType<SlotView> = z.looseObject({
  name: z.string(),
  epoch: z.number(),
  slots: z.string(),
});
export const schemaShape: z.ZodType<SchemaView> = z.looseObject({
  versions: z.record(z.string(), z.array(z.string())),
  isAgreed: z.boolean(),
});
