/** One quorum core named `self`. */
import { Rng } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';
import {
  type Opinion,
  type QuorumCommand,
  type QuorumConfig,
  QuorumCore,
  type QuorumEvent,
  type QuorumMessage,
  type QuorumTimer,
  quorumConfig,
  type Voters,
} from '../src/index.ts';
import { BenchCore } from './bench-core.ts';

export class SoloQuorum extends BenchCore<QuorumCommand, QuorumMessage, QuorumTimer, QuorumEvent> {
  declare readonly core: QuorumCore;
  readonly table: MemberTable;

  constructor(table: MemberTable, config: Partial<QuorumConfig> = {}, voters?: Voters) {
    super(new QuorumCore({ config: quorumConfig(config), table, rng: new Rng(1), self: 'self', voters }));
    this.table = table;
    this.command({ type: 'start' });
  }

  status(name: string): string | undefined {
    return this.table.member(name)?.status;
  }

  /** Answers every ping that was sent since the last clear to these members. */
  answer(...names: readonly string[]): void {
    for (const { to, message } of this.sent('ping')) {
      if (names.includes(to)) this.hear(to, { ...message, type: 'pong', entries: [] });
    }
  }

  /** Lets time pass, while these members answer at once. */
  runAnswered(durationMs: number, ...names: readonly string[]): void {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      this.out.sends.length = 0;
      this.run(100);
      this.answer(...names);
    }
  }

  /** Each of these says what it thinks of a member. */
  opine(name: string, opinion: Opinion, ...reporters: readonly string[]): void {
    for (const from of reporters) {
      const entries = [{ name, generation: 1, opinion, pongAgeMs: 0 }];
      this.hear(from, { type: 'ping', sequence: 1, path: 'packet', entries });
    }
  }
}
