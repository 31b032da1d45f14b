/**
 * `POST /v1/faults {block, lossPerMille, delayMs, jitterMs}` and `DELETE /v1/faults`: a bad network without root, for
 * demonstrations and tests. Only on an agent that was started with --allow-faults.
 */
import { z } from 'zod';
import type { AgentContext } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { Route } from '../router.ts';

/** Longer delays than this are not a network any more. Unit: ms. Source: guess. */
const DELAY_MS_MAX = 60_000;

const faultsBody = z.strictObject({
  block: z.array(z.string().min(1)).default([]),
  lossPerMille: z.int().min(0).max(1_000).default(0),
  delayMs: z.number().min(0).max(DELAY_MS_MAX).default(0),
  jitterMs: z.number().min(0).max(DELAY_MS_MAX).default(0),
});

export function faultsRoutes({ node, allowFaults }: AgentContext): readonly Route[] {
  const refuseUnlessAllowed = (): void => {
    if (!allowFaults) {
      throw new HttpError(403, 'ERR_HTTP_FORBIDDEN', 'faults are off: start the agent with --allow-faults');
    }
  };
  return [
    {
      method: 'POST',
      path: '/v1/faults',
      handle: async (request) => {
        refuseUnlessAllowed();
        const faults = await request.readJson(faultsBody);
        node.faults.set(faults);
        return { status: 200, body: { json: faults } };
      },
    },
    {
      method: 'DELETE',
      path: '/v1/faults',
      handle: () => {
        refuseUnlessAllowed();
        node.faults.clear();
        return { status: 204 };
      },
    },
  ];
}
