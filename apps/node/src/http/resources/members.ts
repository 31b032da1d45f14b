/** `GET /v1/members`: everyone this node knows of, itself included. */
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';

export function membersRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/members',
      handle: () => {
        // What is not known yet is null, for JSON drops what is undefined.
        const members = node.members
          .list()
          .map((member) => ({ ...member, rttMs: member.rttMs ?? null, tags: member.tags ?? null }));
        return { status: 200, body: { json: members } };
      },
    },
  ];
}
