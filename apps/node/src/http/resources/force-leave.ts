/** `POST /v1/force-leave {name}`: declares another member left. A live one refutes. */
import { z } from 'zod';
import type { AgentContext } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { Route } from '../router.ts';

const nameBody = z.strictObject({ name: z.string() });

export function forceLeaveRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/force-leave',
      handle: async (request) => {
        const { name } = await request.readJson(nameBody);
        if (name === node.name) throw new HttpError(409, 'ERR_SELF', 'that is this agent itself: use POST /v1/leave');
        if (!node.members.forceLeave(name)) throw unknownMember(name);
        return { status: 200, body: { json: { name, status: node.members.get(name)?.status ?? 'left' } } };
      },
    },
  ];
}

/** For every request that names a member. */
export function unknownMember(name: string): HttpError {
  return new HttpError(404, 'ERR_MEMBER', `no member is called ${JSON.stringify(name)}: see GET /v1/members`);
}
