/** Turns what the stack says into what the application is told. Events that only feed metrics give `undefined`. */
import type { NodeId } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { MovedRange } from '@hearsay/ring';
import { formatRumorId } from '@hearsay/rumor';
import type { StackEvent } from '@hearsay/stack';
import { type RecordHead, versionOf } from '@hearsay/store';
import type { MovedTokens, NodeEvent } from './events.ts';
import { accusationTried } from './evidence.ts';
import type { MemberSnapshot } from './snapshots.ts';

/** `snapshotOf` gives the member as it stands after the event. */
export function nodeEvent(event: StackEvent, snapshotOf: (claim: Claim) => MemberSnapshot): NodeEvent | undefined {
  switch (event.type) {
    case 'member-joined':
    case 'member-updated':
    case 'member-recovered':
    case 'member-left':
    case 'member-suspected':
    case 'member-failed':
      return { type: event.type, member: snapshotOf(event.claim) };
    case 'suspicion-confirmed': {
      const accuser = event.claim.accuser;
      return { type: 'suspicion-confirmed', member: snapshotOf(event.claim), accuser };
    }
    case 'refuted': {
      const { accuser, grounds, status } = event.accusation;
      const tried = grounds && accusationTried(grounds);
      return { type: 'refuted', accuser, accusedOf: status, tried, incarnation: event.claim.incarnation };
    }
    case 'name-conflict':
      return {
        type: 'name-conflict',
        name: event.held.name,
        addresses: [event.held.address, event.other.address],
      };
    case 'joined':
    case 'join-retried':
    case 'join-refused':
    case 'left':
    case 'paused':
    case 'member-damped':
    case 'member-reused':
    case 'profile-differs':
      return event;
    case 'one-way-udp':
      return { type: 'one-way-udp', name: event.target };
    case 'claim-refused':
    case 'record-refused':
    case 'state-refused':
      return refused(event.from, event.reason);
    default:
      return contentEvent(event);
  }
}

/** What applications say to each other, by whatever way. */
function contentEvent(event: StackEvent): NodeEvent | undefined {
  switch (event.type) {
    case 'rumor-learned': {
      const { id, topic, priority, payload, publishedAtMs, key } = event.rumor;
      const { via } = event;
      return {
        type: 'rumor',
        id: formatRumorId(id),
        topic,
        origin: id.origin,
        priority,
        payload,
        publishedAtMs,
        key,
        via,
      };
    }
    case 'store-changed':
      return storeChanged(event.record, event.record.kind === 'delete');
    case 'store-buried':
    case 'store-expired':
      return storeChanged(event.record, true);
    case 'ring-changed': {
      return { type: 'ring-changed', ranges: event.ranges.map(movedTokens), slots: event.slots };
    }
    case 'state-changed': {
      const { origin, key, value, version } = event;
      return { type: 'state-changed', origin, key, value, version };
    }
    default:
      return undefined;
  }
}

/** In decimals, for JSON has no numbers of 64 bits. */
export function movedTokens(range: MovedRange): MovedTokens {
  return { ...range, start: String(range.start), end: String(range.end) };
}

function refused(from: NodeId, reason: string): NodeEvent {
  return { type: 'refused', from, reason };
}

function storeChanged(record: RecordHead, isDeleted: boolean): NodeEvent {
  return { type: 'store-changed', key: record.key, version: versionOf(record), origin: record.origin, isDeleted };
}
