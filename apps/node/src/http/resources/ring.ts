/** `/v1/ring`: who owns which key, for programs and for the dashboard. */
import { TOKEN_STATUSES } from 'hearsay';
import { z } from 'zod';
import type { AgentContext } from '../context.ts';
import { numberParameter } from '../query.ts';
import { type ApiReply, type ApiRequest, REST, type Route } from '../router.ts';

type NodeRing = AgentContext['node']['ring'];

/** More owners than this are not asked for. Source: guess. */
const OWNER_COUNT_MAX = 1_000;
/** Longest wait for agreement; the client gives up after 30 s of silence. Unit: ms. */
const WAIT_MS_MAX = 20_000;

const slotsBody = z.strictObject({ slots: z.string() });
const schemaBody = z.strictObject({ digest: z.string() });
/** A number or a list. Tokens are text: JSON numbers do not have 64 bits. */
const tokensBody = z.strictObject({
  status: z.enum(TOKEN_STATUSES),
  tokens: z.union([z.int().min(0), z.array(z.string().regex(/^-?\d{1,19}$/, 'use whole numbers as text'))]).optional(),
});

export function ringRoutes({ node: { ring } }: AgentContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/ring',
      handle: () => json({ shares: ring.shares(), slots: ring.slots(), ...ring.schema() }),
    },
    { method: 'GET', path: `/v1/ring/owners${REST}`, handle: (request) => owners(ring, request) },
    { method: 'GET', path: '/v1/ring/tokens', handle: () => json(ring.tokens()) },
    { method: 'PUT', path: '/v1/ring/tokens', handle: (request) => setTokens(ring, request) },
    { method: 'GET', path: '/v1/ring/pending', handle: () => json(ring.pending()) },
    { method: 'GET', path: '/v1/ring/slots', handle: () => json(ring.slots()) },
    { method: 'PUT', path: '/v1/ring/slots', handle: (request) => claimSlots(ring, request) },
    { method: 'GET', path: '/v1/ring/schema', handle: (request) => schema(ring, request) },
    { method: 'PUT', path: '/v1/ring/schema', handle: (request) => setSchema(ring, request) },
  ];
}

function owners(ring: NodeRing, { rest, query }: ApiRequest): ApiReply {
  const count = numberParameter(query, 'count', { min: 1, max: OWNER_COUNT_MAX });
  const place = ring.locate(rest, count);
  // What is not there would be left out.
  return json({ key: rest, ...place, slotOwner: place.slotOwner ?? null });
}

async function setTokens(ring: NodeRing, request: ApiRequest): Promise<ApiReply> {
  const { status, tokens } = await request.readJson(tokensBody);
  ring.setTokens(status, typeof tokens === 'object' ? tokens.map(BigInt) : tokens);
  return json(ring.shares());
}

async function claimSlots(ring: NodeRing, request: ApiRequest): Promise<ApiReply> {
  const { slots } = await request.readJson(slotsBody);
  ring.claimSlots(slots);
  return json(ring.slots());
}

/** With `waitMs` it answers when all agree, or then. */
async function schema(ring: NodeRing, { query }: ApiRequest): Promise<ApiReply> {
  const waitMs = numberParameter(query, 'waitMs', { min: 0, max: WAIT_MS_MAX }) ?? 0;
  if (waitMs > 0) await ring.schemaAgreed({ timeoutMs: waitMs });
  return json(ring.schema());
}

async function setSchema(ring: NodeRing, request: ApiRequest): Promise<ApiReply> {
  const { digest } = await request.readJson(schemaBody);
  ring.setSchema(digest);
  return json(ring.schema());
}

function json(value: unknown): ApiReply {
  return { status: 200, body: { json: value } };
}
