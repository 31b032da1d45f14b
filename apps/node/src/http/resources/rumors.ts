/**
 * `POST /v1/rumors {topic, payload | payloadBase64, priority, ttlMs, key}`: tells something to all members. With `wait` it
 * answers when spreading has ended, and `sample` members are asked whether they have heard it.
 */
import { z } from 'zod';
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';

export const PRIORITIES: readonly ['critical', 'high', 'normal', 'bulk'] = ['critical', 'high', 'normal', 'bulk'];

const rumorBody = z
  .strictObject({
    topic: z.string().min(1, 'is empty: name what the rumor is about'),
    payload: z.string().optional(),
    payloadBase64: z.base64().optional(),
    priority: z.enum(PRIORITIES).default('normal'),
    ttlMs: z.int().positive().optional(),
    key: z.string().optional(),
    wait: z.boolean().default(false),
    sample: z.int().nonnegative().optional(),
  })
  .refine((body) => body.payload === undefined || body.payloadBase64 === undefined, {
    error: 'payload and payloadBase64 exclude each other: send one of them',
  });

export function rumorsRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/rumors',
      handle: async (request) => {
        const { topic, payload, payloadBase64, wait, ...options } = await request.readJson(rumorBody);
        const bytes =
          payloadBase64 === undefined ? (payload ?? '') : new Uint8Array(Buffer.from(payloadBase64, 'base64'));
        const { id, settled } = node.rumors.publish(topic, bytes, options);
        return { status: 200, body: { json: wait ? await settled : { id } } };
      },
    },
  ];
}
