/** `GET /healthz`: the process works. `GET /readyz`: the node is a member and may be relied on. */
import type { AgentContext } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { Route } from '../router.ts';

export function healthRoutes(agent: AgentContext): readonly Route[] {
  return [
    { method: 'GET', path: '/healthz', handle: () => ({ status: 200, body: { json: { status: 'ok' } } }) },
    {
      method: 'GET',
      path: '/readyz',
      handle: () => {
        const reason = agent.whyNotReady();
        if (reason !== undefined) throw new HttpError(503, 'ERR_HTTP_NOT_READY', reason);
        return { status: 200, body: { json: { status: 'ready' } } };
      },
    },
  ];
}
