/** What the client commands print for people. */
import type { EntryView, MemberView, StateView, StatusView, StoreStatusView } from '../client/shapes.ts';
import type { ServerEvent } from '../client/sse-parser.ts';
import { formatDuration } from './duration.ts';
import { printable } from './printable.ts';
import { tableLines } from './table.ts';

export function memberLines(members: readonly MemberView[], nowMs: number): string[] {
  const heading = ['NAME', 'ADDRESS', 'STATUS', 'FOR', 'RTT', 'GENERATION', 'INCARNATION', 'TAGS'];
  const rows = [...members]
    .sort(byName)
    .map((member) => [
      member.isSelf ? `${member.name} *` : member.name,
      member.address,
      member.accuser === undefined ? member.status : `${member.status} (by ${member.accuser})`,
      formatDuration(nowMs - Date.parse(member.since)),
      member.rttMs === null ? '-' : `${member.rttMs.toFixed(1)} ms`,
      String(member.generation),
      String(member.incarnation),
      tagsText(member),
    ]);
  return tableLines([heading, ...rows]);
}

export function statusLines(status: StatusView): string[] {
  const { alive, suspect, dead, left } = status.members;
  return tableLines([
    ['name', status.name],
    ['status', status.status],
    ['address', status.address],
    ['life', `generation ${status.generation}, incarnation ${status.incarnation}`],
    ['cluster', status.cluster === '' ? '(no label)' : status.cluster],
    ['members', `${alive} alive, ${suspect} suspect, ${dead} dead, ${left} left`],
    ['local health', status.health.localHealth === 0 ? '0 (well)' : `${status.health.localHealth} (0 is well)`],
    ['event loop lag', `${status.health.eventLoopLagMs.toFixed(1)} ms`],
    ['members digest', status.digests.members],
    ['store digest', status.digests.store],
    ['state digest', status.digests.state ?? '-'],
    ['rumors digest', status.digests.rumors ?? '-'],
    ...storeRows(status.store),
    ['version', status.version],
  ]);
}

/** Deletions are remembered until every member has seen them: who is waited for is the operator's to look at. */
function storeRows(store: StoreStatusView | undefined): string[][] {
  if (store === undefined) return [];
  const { liveCount, waitingCount, floor = 'none yet', heldBy } = store;
  const holder = heldBy === undefined ? '' : `, held by ${heldBy}`;
  return [
    ['store', `${liveCount} entries, ${waitingCount} deleted or ending`],
    ['store floor', `${floor}${holder}`],
  ];
}

export function entryLines(entries: readonly EntryView[]): string[] {
  const rows = entries.map(({ key, sizeBytes, version, origin }) => [key, `${sizeBytes} B`, version, origin]);
  return tableLines([['KEY', 'SIZE', 'VERSION', 'ORIGIN'], ...rows]);
}

export function stateLines(entries: readonly StateView[]): string[] {
  const rows = entries.map(({ origin, key, value, version }) => [origin, key, printable(value), String(version)]);
  return tableLines([['MEMBER', 'KEY', 'VALUE', 'VERSION'], ...rows]);
}

export function eventLine({ type, data }: ServerEvent, wallMs: number): string {
  return `${new Date(wallMs).toISOString()}  ${printable(type)}  ${printable(data)}`;
}

function tagsText({ zone, tags, isDamped }: MemberView): string {
  const pairs = Object.entries(tags ?? {}).map(([key, value]) => `${key}=${value}`);
  return [...(zone === '' ? [] : [`zone ${zone}`]), ...(isDamped ? ['damped'] : []), ...pairs].join(' ');
}

function byName(a: MemberView, b: MemberView): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
