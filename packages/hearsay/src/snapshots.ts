/** What the application sees: immutable snapshots, never live state. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Claim, Status } from '@hearsay/membership';
import type { StoreRecord } from '@hearsay/store';
import { versionOf } from '@hearsay/store';

/** One member as this node sees it. */
export interface MemberSnapshot {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly status: Status;
  readonly generation: number;
  readonly incarnation: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Last measured round trip of a probe, ms. Undefined before the first. */
  readonly rttMs: number | undefined;
  /** ISO 8601: when this node learned of the status. */
  readonly since: string;
  /** Who said so, if the status is suspect or dead. */
  readonly accuser: NodeId | undefined;
  readonly isSelf: boolean;
}

/** One live entry of the replicated store. */
export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Changes with every write; for conditional writes at this replica. */
  readonly version: string;
  /** The node that wrote it. */
  readonly origin: NodeId;
}

/** Snapshot of a member, from what was claimed of it and what this node noticed itself. */
export function memberSnapshot(
  claim: Claim,
  noticed: { readonly isSelf: boolean; readonly rttMs: number | undefined; readonly sinceWallMs: number },
): MemberSnapshot {
  return Object.freeze({
    name: claim.name,
    address: claim.address,
    status: claim.status,
    generation: claim.generation,
    incarnation: claim.incarnation,
    tags: Object.freeze(Object.fromEntries(claim.tags)),
    rttMs: noticed.rttMs,
    since: new Date(noticed.sinceWallMs).toISOString(),
    accuser: claim.accuser === '' ? undefined : claim.accuser,
    isSelf: noticed.isSelf,
  });
}

/** Snapshot of a store record. The value is a copy: the caller may keep or change it. */
export function storeEntry(record: StoreRecord): StoreEntry {
  return Object.freeze({
    key: record.key,
    value: record.value.slice(),
    version: versionOf(record),
    origin: record.origin,
  });
}
