/** `GET /v1/status`: this node in one object. */
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';

export function statusRoutes({ node }: AgentContext): readonly Route[] {
  return [{ method: 'GET', path: '/v1/status', handle: () => ({ status: 200, body: { json: node.status() } }) }];
}
