/**
 * The connections between nodes, one for each direction of a pair: frames arrive in order, and a connection that breaks
 * takes what is under way with it. A new one takes its place at once.
 */
import type { NodeId } from '@hearsay/core';

interface Connection {
  /** Rises when the connection breaks. */
  number: number;
  /** When its last frame arrives: the next one comes no earlier. */
  endMs: number;
}

/** See the file's first lines. Bounded by the pairs that have used a stream. */
export class Streams {
  readonly #connections = new Map<NodeId, Map<NodeId, Connection>>();

  /** Puts a frame that takes until `arrivalMs` behind those before it. Returns when it arrives. */
  queue(from: NodeId, to: NodeId, arrivalMs: number): number {
    const connection = this.#connection(from, to);
    connection.endMs = Math.max(arrivalMs, connection.endMs);
    return connection.endMs;
  }

  /** Which connection of this direction is the present one. */
  numberOf(from: NodeId, to: NodeId): number {
    return this.#connections.get(from)?.get(to)?.number ?? 0;
  }

  /** Breaks the connection of one direction. */
  reset(from: NodeId, to: NodeId): void {
    const connection = this.#connection(from, to);
    connection.number += 1;
    connection.endMs = 0;
  }

  /** A node crashed, and nothing that comes has to wait for what it was sent. */
  forget(id: NodeId): void {
    this.#connections.delete(id);
    for (const peers of this.#connections.values()) peers.delete(id);
  }

  #connection(from: NodeId, to: NodeId): Connection {
    const peers = this.#connections.get(from) ?? new Map<NodeId, Connection>();
    const connection = peers.get(to) ?? { number: 0, endMs: 0 };
    this.#connections.set(from, peers.set(to, connection));
    return connection;
  }
}
