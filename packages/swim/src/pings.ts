/**
 * Pings that the owner asks for. They judge nobody: an operator who looks is no reason to suspect.
 *
 *   packet --probeTimeoutMs--> packet, stream --probeTimeoutMs--> no answer
 */
import type { NodeId, Via } from '@hearsay/core';
import { BoundedMap } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';
import type { SwimConfig } from './config.ts';
import type { SwimOutbox } from './outbox.ts';
import type { Sequence } from './sequence.ts';

interface Ping {
  readonly target: NodeId;
  readonly token: number;
  readonly startedMs: number;
}

/** At most `pingCountMax` at one time; the oldest is given up for a new one. */
export class Pings {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #sequence: Sequence;
  readonly #pings: BoundedMap<number, Ping>;

  constructor(config: Readonly<SwimConfig>, table: MemberTable, sequence: Sequence) {
    this.#config = config;
    this.#table = table;
    this.#sequence = sequence;
    this.#pings = new BoundedMap(config.pingCountMax);
  }

  /** Asks a member, dead or alive. A name that nobody has is answered at once. */
  begin(target: NodeId, token: number, nowMs: number, out: SwimOutbox): void {
    const ping: Ping = { target, token, startedMs: nowMs };
    if (this.#table.get(target) === undefined) return this.#end(ping, undefined, nowMs, out);
    this.#giveUpOldest(nowMs, out);
    const sequence = this.#sequence.next();
    this.#pings.set(sequence, ping);
    out.send(target, { type: 'ping', sequence, target, path: 'packet' });
    out.schedule({ type: 'ping-timeout', sequence, isLast: false }, this.#config.probeTimeoutMs);
  }

  onTimeout(sequence: number, isLast: boolean, nowMs: number, out: SwimOutbox): void {
    const ping = this.#pings.get(sequence);
    if (ping === undefined) return;
    if (isLast) {
      this.#pings.delete(sequence);
      return this.#end(ping, undefined, nowMs, out);
    }
    const { target } = ping;
    out.send(target, { type: 'ping', sequence, target, path: 'stream' }, 'stream');
    out.schedule({ type: 'ping-timeout', sequence, isLast: true }, this.#config.probeTimeoutMs);
  }

  onAck(from: NodeId, sequence: number, path: Via, nowMs: number, out: SwimOutbox): void {
    const ping = this.#pings.get(sequence);
    if (ping === undefined) return;
    if (from !== ping.target && from !== this.#table.get(ping.target)?.address) return;
    this.#pings.delete(sequence);
    this.#end(ping, path, nowMs, out);
  }

  #giveUpOldest(nowMs: number, out: SwimOutbox): void {
    if (this.#pings.size < this.#config.pingCountMax) return;
    for (const sequence of this.#pings.keys()) return this.onTimeout(sequence, true, nowMs, out);
  }

  #end({ target, token, startedMs }: Ping, path: Via | undefined, nowMs: number, out: SwimOutbox): void {
    out.notify({ type: 'ping-ended', target, token, path, rttMs: nowMs - startedMs });
  }
}
