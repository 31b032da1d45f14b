/** A node's summary of itself. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Status } from '@hearsay/membership';
import type { Engine } from './engine.ts';
import { VERSION } from './version.ts';

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
    version: VERSION,
  };
}
