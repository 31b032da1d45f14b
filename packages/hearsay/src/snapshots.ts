/** What the application sees: immutable snapshots, never live state. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Claim, Status, Tags } from '@hearsay/membership';
import type { StoreRecord } from '@hearsay/store';
import { versionOf } from '@hearsay/store';
import type { EvidenceSnapshot } from './evidence.ts';

/** One member as this node sees it. */
export interface MemberSnapshot {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly status: Status;
  readonly generation: number;
  readonly incarnation: number;
  /** Empty when it has none. */
  readonly zone: string;
  /** What it tells about itself. Undefined while it is on its way: `member-updated` follows. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Last measured round trip of a probe, ms. Undefined before the first. */
  readonly rttMs: number | undefined;
  /** ISO 8601: when this node learned of the status. */
  readonly since: string;
  /** Who said so, if the status is suspect or dead. */
  readonly accuser: NodeId | undefined;
  /** Why it is suspect or dead. */
  readonly evidence: EvidenceSnapshot | undefined;
  /** It comes and goes too often, and is not asked to help until it has been quiet for a while. */
  readonly isDamped: boolean;
  readonly isSelf: boolean;
}

/** What a node knows of a member beside the claim. */
export interface Noticed {
  readonly isSelf: boolean;
  readonly isDamped: boolean;
  readonly rttMs: number | undefined;
  readonly sinceWallMs: number;
  readonly tags: Tags | undefined;
  readonly evidence: EvidenceSnapshot | undefined;
}

/** What one member tells about itself under one key. */
export interface StateEntry {
  /** The member that tells it. */
  readonly origin: NodeId;
  readonly key: string;
  readonly value: string;
  /** Rises with every write of the member, whatever the key. */
  readonly version: number;
}

/** One live entry of the replicated store. */
export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Changes with every write; for conditional writes at this replica. */
  readonly version: string;
  /** The node that wrote it. */
  readonly origin: NodeId;
  /** ISO 8601: when it ends by itself. Undefined when it does not. */
  readonly expiresAt: string | undefined;
}

/** Snapshot of a member, from what was claimed of it and what this node noticed itself. */
export function memberSnapshot(claim: Claim, noticed: Noticed): MemberSnapshot {
  return Object.freeze({
    name: claim.name,
    address: claim.address,
    status: claim.status,
    generation: claim.generation,
    incarnation: claim.incarnation,
    zone: claim.zone,
    tags: noticed.tags && Object.freeze(Object.fromEntries(noticed.tags)),
    rttMs: noticed.rttMs,
    since: new Date(noticed.sinceWallMs).toISOString(),
    accuser: claim.accuser === '' ? undefined : claim.accuser,
    evidence: noticed.evidence,
    isDamped: noticed.isDamped,
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
    expiresAt: record.expiresAtMs === undefined ? undefined : new Date(record.expiresAtMs).toISOString(),
  });
}
