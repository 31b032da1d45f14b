/** The whole HTTP API: one file per resource. */
import type { AgentContext } from './context.ts';
import { eventsRoutes } from './resources/events.ts';
import { faultsRoutes } from './resources/faults.ts';
import { forceLeaveRoutes } from './resources/force-leave.ts';
import { healthRoutes } from './resources/health.ts';
import { joinRoutes } from './resources/join.ts';
import { kvRoutes } from './resources/kv.ts';
import { kvBatchRoutes } from './resources/kv-batch.ts';
import { kvDumpRoutes } from './resources/kv-dump.ts';
import { leaveRoutes } from './resources/leave.ts';
import { membersRoutes } from './resources/members.ts';
import { metricsRoutes } from './resources/metrics.ts';
import { pingRoutes } from './resources/ping.ts';
import { ringRoutes } from './resources/ring.ts';
import { rumorsRoutes } from './resources/rumors.ts';
import { stateRoutes } from './resources/state.ts';
import { statusRoutes } from './resources/status.ts';
import { Router } from './router.ts';

export function apiRouter(agent: AgentContext): Router {
  return new Router([
    ...statusRoutes(agent),
    ...membersRoutes(agent),
    ...joinRoutes(agent),
    ...leaveRoutes(agent),
    ...forceLeaveRoutes(agent),
    ...pingRoutes(agent),
    ...kvRoutes(agent),
    ...kvBatchRoutes(agent),
    ...kvDumpRoutes(agent),
    ...stateRoutes(agent),
    ...ringRoutes(agent),
    ...rumorsRoutes(agent),
    ...eventsRoutes(agent),
    ...faultsRoutes(agent),
    ...healthRoutes(agent),
    ...metricsRoutes(agent),
  ]);
}
