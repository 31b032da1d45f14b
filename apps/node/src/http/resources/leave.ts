/** `POST /v1/leave`: leaves the cluster, once the news has spread. The agent goes on and can join again. */
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';

export function leaveRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/leave',
      handle: async () => {
        await node.leave();
        return { status: 200, body: { json: { status: node.status().status } } };
      },
    },
  ];
}
