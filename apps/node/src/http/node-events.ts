/** Events of the node as they appear in `/v1/events`. */
import type { NodeEvent } from 'hearsay';
import { messageOf } from '../failure.ts';
import type { EventLog } from './event-log.ts';
import { jsonPayload } from './payload.ts';

/** The compiler asks for every type of the node; `true` for those that clients can get. */
const IS_OFFERED: Readonly<Record<NodeEvent['type'], boolean>> = Object.freeze({
  'member-joined': true,
  'member-updated': true,
  'member-suspected': true,
  'member-recovered': true,
  'member-failed': true,
  'member-left': true,
  'suspicion-confirmed': true,
  refuted: true,
  'one-way-udp': true,
  'profile-differs': true,
  paused: true,
  'member-damped': true,
  'member-reused': true,
  'join-refused': true,
  'name-conflict': true,
  joined: true,
  'join-retried': true,
  left: true,
  rumor: true,
  'store-changed': true,
  'state-changed': true,
  'ring-changed': true,
  refused: true,
  'transport-error': true,
  'disk-error': true,
  // Each stream tells about its own gaps, and cannot be asked not to.
  overflow: false,
});

/** What `types` of `/v1/events` may name. */
export const EVENT_TYPES: readonly string[] = Object.freeze(
  Object.entries(IS_OFFERED).flatMap(([type, isOffered]) => (isOffered ? [type] : [])),
);

/** Appends an event of the node to the log. */
export function logNodeEvent(log: EventLog, event: NodeEvent): void {
  const topic = event.type === 'rumor' ? event.topic : undefined;
  log.append({ type: event.type, topic, data: JSON.stringify(dataOf(event)) });
}

function dataOf(event: NodeEvent): object {
  switch (event.type) {
    case 'rumor': {
      const { type: _, payload, ...data } = event;
      return { ...data, ...jsonPayload(payload) };
    }
    // What is not there would be left out.
    case 'state-changed': {
      const { origin, key, value, version } = event;
      return { origin, key, value: value ?? null, version };
    }
    case 'transport-error':
    case 'disk-error':
      return { message: messageOf(event.error) };
    default: {
      const { type: _, ...data } = event;
      return data;
    }
  }
}
