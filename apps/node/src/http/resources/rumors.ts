/** `POST /v1/rumors {topic, payload | payloadBase64, priority}`: tells something to all members. */
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
        const { topic, payload, payloadBase64, priority } = await request.readJson(rumorBody);
        const bytes =
          payloadBase64 === undefined ? (payload ?? '') : new Uint8Array(Buffer.from(payloadBase64, 'base64'));
        return { status: 200, body: { json: { id: node.rumors.publish(topic, bytes, { priority }).id } } };
      },
    },
  ];
}
