/** The other side of probing: answers pings, and pings on behalf of others. [SWIM §3.1] */
import type { Endpoint, NodeId } from '@hearsay/core';
import { BoundedMap } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';
import type { ClaimKeeper } from './claim-keeper.ts';
import { nackDelayMs, type SwimConfig } from './config.ts';
import type { SwimMessage } from './messages.ts';
import type { SwimOutbox } from './outbox.ts';
import type { OwnClaim } from './own-claim.ts';
import type { Sequence } from './sequence.ts';

type Ping = Extract<SwimMessage, { type: 'ping' }>;
type PingReq = Extract<SwimMessage, { type: 'ping-req' }>;

/** A probe that we carry out for another. */
interface Relay {
  readonly origin: NodeId;
  /** The sequence by which the origin knows it. */
  readonly sequence: number;
  readonly target: NodeId;
  readonly address: Endpoint;
}

/** What the responder works on. */
export interface ResponderDeps {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly own: OwnClaim;
  readonly claims: ClaimKeeper;
  readonly sequence: Sequence;
}

/** Remembers the probes of others while they last: at most `relayCountMax`. */
export class Responder {
  readonly #deps: ResponderDeps;
  readonly #relays: BoundedMap<number, Relay>;

  constructor(deps: ResponderDeps) {
    this.#deps = deps;
    this.#relays = new BoundedMap(deps.config.relayCountMax);
  }

  /** Answers only for ourselves: whoever took over an old address must not keep its last owner alive. */
  onPing(from: NodeId, { sequence, target, path }: Ping, out: SwimOutbox): void {
    if (target !== this.#deps.own.current.name) return;
    out.send(from, { type: 'ack', sequence, path }, path);
    if (path === 'stream') this.#deps.claims.confrontByStream(from, out);
    else this.#deps.claims.confront(from, out);
  }

  onPingReq(from: NodeId, { sequence: asked, target, address }: PingReq, out: SwimOutbox): void {
    const sequence = this.#deps.sequence.next();
    this.#relays.set(sequence, { origin: from, sequence: asked, target, address });
    const to = this.#deps.table.get(target) === undefined ? address : target;
    out.send(to, { type: 'ping', sequence, target, path: 'packet' });
    out.schedule({ type: 'relay-timeout', sequence }, nackDelayMs(this.#deps.config));
  }

  /** We are alive and the target does not answer us. Should it still answer, that is passed on too. */
  onRelayTimeout(sequence: number, out: SwimOutbox): void {
    const relay = this.#relays.get(sequence);
    if (relay !== undefined) out.send(relay.origin, { type: 'nack', sequence: relay.sequence });
  }

  /** Passes the target's ack on to who asked. */
  onAck(from: NodeId, sequence: number, out: SwimOutbox): void {
    const relay = this.#relays.get(sequence);
    if (relay === undefined) return;
    const { target, address } = relay;
    if (from !== target && from !== address && from !== this.#deps.table.get(target)?.address) return;
    this.#relays.delete(sequence);
    out.send(relay.origin, { type: 'ack', sequence: relay.sequence, path: 'packet' });
  }
}
