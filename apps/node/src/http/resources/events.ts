/** `GET /v1/events?types=&topic=`: what happens from now on, or since Last-Event-ID. */
import type { AgentContext } from '../context.ts';
import { HttpError } from '../http-error.ts';
import { EVENT_TYPES } from '../node-events.ts';
import type { Route } from '../router.ts';

export function eventsRoutes({ hub }: AgentContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/events',
      handle: ({ query, headers }) => {
        if (hub.isFull) {
          throw new HttpError(503, 'ERR_HTTP_BUSY', 'too many event streams are open: close some', {
            'retry-after': '5',
          });
        }
        const filter = { types: typesOf(query.get('types') ?? ''), topic: query.get('topic') ?? undefined };
        const lastEventId = headers['last-event-id'];
        const id = Array.isArray(lastEventId) ? lastEventId[0] : lastEventId;
        return { stream: (response) => hub.open(response, filter, id) };
      },
    },
  ];
}

function typesOf(text: string): ReadonlySet<string> {
  const types = text.split(',').filter((type) => type !== '');
  const unknown = types.filter((type) => !EVENT_TYPES.includes(type));
  if (unknown.length === 0) return new Set(types);
  const message = `types: ${unknown.join(', ')} is unknown: use ${EVENT_TYPES.join(', ')}`;
  throw new HttpError(400, 'ERR_HTTP_QUERY', message);
}
