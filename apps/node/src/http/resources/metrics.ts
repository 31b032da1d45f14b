/** `GET /metrics`: for Prometheus. */
import type { AgentContext } from '../context.ts';
import type { Route } from '../router.ts';

export function metricsRoutes(agent: AgentContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => {
        const { contentType, text } = await agent.metrics();
        return { status: 200, headers: { 'content-type': contentType }, body: { text } };
      },
    },
  ];
}
