/** One heartbeat core named `self`. */
import { Rng } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';
import {
  type HeartbeatCommand,
  type HeartbeatConfig,
  HeartbeatCore,
  type HeartbeatEvent,
  type HeartbeatMessage,
  type HeartbeatTimer,
  heartbeatConfig,
  type PhiConfig,
  phiConfig,
} from '../src/index.ts';
import { BenchCore } from './bench-core.ts';
import { addressOf } from './members.ts';

export class SoloHeartbeat extends BenchCore<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer, HeartbeatEvent> {
  declare readonly core: HeartbeatCore;
  readonly table: MemberTable;

  constructor(table: MemberTable, config: Partial<HeartbeatConfig> = {}, phi: Partial<PhiConfig> = {}) {
    const self = { name: 'self', address: addressOf('self') };
    super(new HeartbeatCore({ config: heartbeatConfig(config), phi: phiConfig(phi), table, rng: new Rng(1), self }));
    this.table = table;
  }

  status(name: string): string | undefined {
    return this.table.member(name)?.status;
  }

  /** A heartbeat of a member, through somebody else. */
  beat(name: string, heartbeat: number, generation = 1): void {
    this.hear('gossip', { type: 'deltas', deltas: [{ name, generation, heartbeat, claim: undefined }] });
  }

  /** The member answers the last echo. */
  answer(name: string): void {
    const echo = this.sent('echo').findLast(({ to }) => to === name);
    this.hear(name, { type: 'echo-reply', sequence: echo!.message.sequence });
  }
}
