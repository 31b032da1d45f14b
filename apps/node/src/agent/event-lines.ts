/** What a node's events look like in the agent's log: one line each, with the evidence for a verdict. */
import type { NodeEvent } from 'hearsay';
import type { Logger } from 'pino';

type ContentEvent = Extract<NodeEvent, { readonly type: 'rumor' | 'ring-changed' | 'store-changed' | 'state-changed' }>;

export function logEvent(log: Logger, event: NodeEvent): void {
  switch (event.type) {
    case 'member-suspected':
    case 'member-failed': {
      const { name, address, accuser, generation, incarnation, evidence } = event.member;
      log.warn(
        { event: event.type, member: name, address, accuser, generation, incarnation, evidence },
        `${name}: ${event.type}`,
      );
      return;
    }
    case 'member-joined':
    case 'member-updated':
    case 'member-recovered':
    case 'member-left': {
      const { name, address, generation, incarnation } = event.member;
      log.info({ event: event.type, member: name, address, generation, incarnation }, `${name}: ${event.type}`);
      return;
    }
    case 'join-retried': {
      const { seeds, attempt, delayMs } = event;
      log.warn({ event: event.type, seeds, attempt, delayMs }, `no answer from ${seeds.join(', ')}: trying again`);
      return;
    }
    case 'name-conflict':
      log.error({ ...event, event: event.type }, `two nodes are called ${event.name}: give one of them another --name`);
      return;
    case 'transport-error':
      log.warn({ event: event.type, err: event.error }, 'a socket failed');
      return;
    case 'disk-error':
      log.error({ event: event.type, err: event.error }, 'the disk takes no more writes: nothing is durable');
      return;
    case 'one-way-udp':
      log.warn({ ...event, event: event.type }, `${event.name} answers by TCP only: is UDP blocked between us?`);
      return;
    case 'profile-differs':
      return log.error(
        { ...event, event: event.type },
        `${event.name} runs --profile ${event.profile}: give all the same`,
      );
    case 'paused':
      return log.warn({ ...event, event: event.type }, `this process stood still for ${Math.round(event.lostMs)} ms`);
    case 'member-damped':
      log.warn({ ...event, event: event.type }, `${event.name} comes and goes: it is not asked to help for a while`);
      return;
    case 'member-reused':
      log.info({ ...event, event: event.type }, `${event.name} has been quiet: it is asked to help again`);
      return;
    case 'join-refused':
      log.warn({ ...event, event: event.type }, `a join was refused: ${event.reason}`);
      return;
    case 'suspicion-confirmed':
      log.info(
        { event: event.type, member: event.member.name, accuser: event.accuser },
        `${event.member.name}: suspected by ${event.accuser} too`,
      );
      return;
    case 'joined':
      log.info({ event: event.type, seed: event.seed, memberCount: event.memberCount }, `joined through ${event.seed}`);
      return;
    case 'refuted':
    case 'left':
    case 'refused':
    case 'overflow':
      return log.info({ ...event, event: event.type }, event.type);
    default:
      return logContent(log, event);
  }
}

/** What applications say to each other. There may be much of it. */
function logContent(log: Logger, event: ContentEvent): void {
  switch (event.type) {
    case 'rumor':
      log.debug({ event: event.type, id: event.id, topic: event.topic, bytes: event.payload.length }, 'rumor');
      return;
    case 'ring-changed':
      return log.info(
        { event: event.type, ranges: event.ranges.length, slots: event.slots.length },
        'the ring changed',
      );
    case 'store-changed':
    case 'state-changed':
      return log.debug({ event: event.type, key: event.key, version: event.version, origin: event.origin }, event.type);
  }
}
