/** `POST /v1/join {addresses}`: joins a cluster through any of its members. */
import { z } from 'zod';
import { reachableEndpoint, SEED_COUNT_MAX } from '../../config/schema.ts';
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';

const joinBody = z.strictObject({ addresses: z.array(reachableEndpoint).min(1).max(SEED_COUNT_MAX) });

export function joinRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/join',
      handle: async (request) => {
        const { addresses } = await request.readJson(joinBody);
        const { memberCount } = await node.join(addresses);
        return { status: 200, body: { json: { memberCount } } };
      },
    },
  ];
}
