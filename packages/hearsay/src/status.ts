/** A node's summary of itself. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Status } from '@hearsay/membership';
import type { Engine } from './engine.ts';
import { VERSION } from './version.ts';

/** What the store holds, and how far deletions have gone. */
export interface StoreStatus {
  /** Entries that can be read. */
  readonly liveCount: number;
  /** Deleted and ended entries, and those that will end: they wait until every member has seen their end. */
  readonly waitingCount: number;
  /** ISO 8601: everybody has seen what ended before, and it is gone. Undefined while there is no such time. */
  readonly floor: string | undefined;
  /** The member that keeps the floor from rising. Undefined when none does, or nothing waits. */
  readonly heldBy: NodeId | undefined;
}

/** As `GET /v1/status` of the agent gives it. */
export interface NodeStatus {
  readonly name: NodeId;
  /** Our own status: `alive`, or `left` after `leave()`. */
  readonly status: Status;
  readonly address: Endpoint;
  readonly generation: number;
  readonly incarnation: number;
  readonly cluster: string;
  /** Members by status, ourselves included. */
  readonly members: Readonly<Record<Status, number>>;
  readonly health: {
    /** How late this process's own timers fired lately. */
    readonly eventLoopLagMs: number;
    /** How much this node distrusts its own view: 0 is well, and the worst is 8. */
    readonly localHealth: number;
  };
  /** Equal on two nodes exactly when their replicas are. */
  readonly digests: {
    readonly members: string;
    readonly store: string;
    readonly state: string;
    readonly rumors: string;
  };
  readonly store: StoreStatus;
  /** Version of this package. */
  readonly version: string;
}

/** Reads the status of an engine. */
export function nodeStatus(engine: Engine, cluster: string): NodeStatus {
  const { table, self, selfClaim, digests, detector } = engine.stack;
  return {
    name: self.name,
    status: selfClaim.status,
    address: self.address,
    generation: selfClaim.generation,
    incarnation: selfClaim.incarnation,
    cluster,
    members: {
      alive: table.countOf('alive'),
      suspect: table.countOf('suspect'),
      dead: table.countOf('dead'),
      left: table.countOf('left'),
    },
    health: { eventLoopLagMs: engine.lagMs(), localHealth: detector.localHealth },
    digests,
    store: storeStatus(engine),
    version: VERSION,
  };
}

function storeStatus({ stack: { store, floorOutlook } }: Engine): StoreStatus {
  const { liveCount, droppableCount, floorMs } = store;
  return {
    liveCount,
    waitingCount: droppableCount,
    floor: floorMs === 0 ? undefined : new Date(floorMs).toISOString(),
    heldBy: droppableCount === 0 ? undefined : floorOutlook.heldBy,
  };
}
