/** One member of a cluster that has nothing but the failure detector, with the packets that it has in the whole stack. */
import type { Core, Input, Outbox, Rng, WallClock } from '@hearsay/core';
import { type Claim, MemberTable, membershipConfig, NO_TAGS } from '@hearsay/membership';
import { Composer, type Packet, STACK_LIMITS, type StackMessage } from '@hearsay/stack';
import {
  type SwimCommand,
  type SwimConfig,
  SwimCore,
  type SwimEvent,
  type SwimMessage,
  type SwimTimer,
} from '@hearsay/swim';
import type { Codec } from '@hearsay/wire';

/** What a member is made of. */
export interface SwimMemberDeps {
  readonly config: Readonly<SwimConfig>;
  /** Its own claim, and those of all members: it knows them from the start. */
  readonly claim: Claim;
  readonly claims: readonly Claim[];
  readonly rng: Rng;
  readonly wallClock: WallClock;
  readonly codec: Codec;
}

/** Messages to one destination share a packet, and news rides on it. It sends to members by name. */
export class SwimMember implements Core<SwimCommand, Packet, SwimTimer, SwimEvent> {
  readonly #swim: SwimCore;
  readonly #composer: Composer;

  constructor({ config, claim, claims, rng, wallClock, codec }: SwimMemberDeps) {
    const { name, address, generation, zone } = claim;
    const table = new MemberTable(membershipConfig(), { name, zone });
    for (const other of claims) table.merge(other, wallClock.at(0), 0);
    const sizeOf = (one: Claim): number => codec.claimBytes(one);
    const self = { name, address, generation, tags: NO_TAGS };
    const swim = new SwimCore({ config, table, rng, wallClock, sizeOf, self });
    this.#swim = swim;
    this.#composer = new Composer({
      limits: STACK_LIMITS,
      sizes: codec,
      self: () => swim.self,
      membership: {
        hasNews: () => swim.newsCount > 0,
        isNews: ({ message }) => message.type === 'claims',
        piggyback: (to, budgetBytes) => swimMessage(swim.piggyback(to, budgetBytes)),
      },
      rumors: { hasNews: () => false, isNews: () => false, piggyback: () => undefined },
    });
  }

  step(input: Input<SwimCommand, Packet, SwimTimer>, nowMs: number, out: Outbox<Packet, SwimTimer, SwimEvent>): void {
    const own: Outbox<SwimMessage, SwimTimer, SwimEvent> = {
      send: (to, message, via = 'packet') => this.#composer.add(to, { protocol: 'swim', message }, via),
      schedule: (timer, delayMs) => out.schedule(timer, delayMs),
      notify: (event) => out.notify(event),
    };
    if (input.kind !== 'message') this.#swim.step(input, nowMs, own);
    else {
      for (const { protocol, message } of input.message.messages) {
        if (protocol === 'swim') this.#swim.step({ kind: 'message', from: input.from, message }, nowMs, own);
      }
    }
    this.#composer.flush(out, (to) => to);
  }
}

function swimMessage(message: SwimMessage | undefined): StackMessage | undefined {
  return message && { protocol: 'swim', message };
}
