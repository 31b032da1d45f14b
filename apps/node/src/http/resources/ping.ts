/** `POST /v1/ping {name}`: asks a member whether it is there, now. */
import { z } from 'zod';
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';
import { unknownMember } from './force-leave.ts';

const nameBody = z.strictObject({ name: z.string() });

export function pingRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/ping',
      handle: async (request) => {
        const { name } = await request.readJson(nameBody);
        if (node.members.get(name) === undefined) throw unknownMember(name);
        const answer = await node.members.ping(name);
        return { status: 200, body: { json: { name, path: answer?.path ?? null, rttMs: answer?.rttMs ?? null } } };
      },
    },
  ];
}
