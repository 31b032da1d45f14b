/** Bugs to plant into a swarm, each for one checker: mutants of a core, or of what its history tells. */
import { hash32, type Input } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { Packet, StackCommand, StackCore, StackEvent, StackMessage, StackTimer } from '@hearsay/stack';
import type { StoreRecord } from '@hearsay/store';
import type { ClusterSimulation } from '../src/index.ts';

type StackInput = Input<StackCommand, Packet, StackTimer>;
type StackOutbox = Parameters<StackCore['step']>[2];

/** A bug, and the checker that must see it. */
export interface PlantedBug {
  readonly bug: string;
  readonly checker: string;
  readonly plant: (cluster: ClusterSimulation) => void;
  /** Virtual minutes and whether anything else goes wrong. Default half a minute with everything. */
  readonly minutes?: number;
  readonly isCalm?: boolean;
}

const LIAR = 'node-3';

/** Each life of the liar takes its steps by this function. */
function byMutant(
  cluster: ClusterSimulation,
  mutate: (core: StackCore, step: StackCore['step']) => StackCore['step'],
): void {
  cluster.onStart((name) => {
    if (name !== LIAR) return;
    const core = cluster.core(name);
    core.step = mutate(core, core.step.bind(core));
  });
}

/** The liar says of others what `lie` makes of it. */
function byLies(cluster: ClusterSimulation, lie: (claim: Claim) => Claim): void {
  const told = (message: StackMessage): StackMessage =>
    message.protocol === 'swim' && message.message.type === 'claims'
      ? {
          ...message,
          message: {
            ...message.message,
            claims: message.message.claims.map((claim) => (claim.name === LIAR ? claim : lie(claim))),
          },
        }
      : message;
  byOutbox(cluster, (out) => ({
    send: (to, packet, via) => out.send(to, { ...packet, messages: packet.messages.map(told) }, via),
  }));
}

function byOutbox(cluster: ClusterSimulation, change: (out: StackOutbox) => Partial<StackOutbox>): void {
  byMutant(cluster, (_core, step) => (input, nowMs, out) => {
    const changed: StackOutbox = {
      send: (to, packet, via) => out.send(to, packet, via),
      schedule: (timer, delayMs) => out.schedule(timer, delayMs),
      notify: (event) => out.notify(event),
      ...change(out),
    };
    step(input, nowMs, changed);
  });
}

/** The liar hears of each message what `hear` leaves of it. */
function byHearing(cluster: ClusterSimulation, hear: (message: StackMessage) => StackMessage | undefined): void {
  byMutant(cluster, (_core, step) => (input: StackInput, nowMs, out) => {
    if (input.kind !== 'message') return step(input, nowMs, out);
    const messages = input.message.messages.map(hear).filter((message) => message !== undefined);
    step({ ...input, message: { ...input.message, messages } }, nowMs, out);
  });
}

function byDeafness(cluster: ClusterSimulation, isHeard: (message: StackMessage) => boolean): void {
  byHearing(cluster, (message) => (isHeard(message) ? message : undefined));
}

/** The message without any claim that is a refutation. */
function withoutRefutations(wrapped: StackMessage): StackMessage {
  const isKept = ({ status, incarnation }: Claim): boolean => status !== 'alive' || incarnation === 0;
  if (wrapped.protocol === 'members' && wrapped.message.type === 'push') {
    return { ...wrapped, message: { ...wrapped.message, records: wrapped.message.records.filter(isKept) } };
  }
  if (wrapped.protocol !== 'swim' || !('claims' in wrapped.message)) return wrapped;
  return { ...wrapped, message: { ...wrapped.message, claims: wrapped.message.claims.filter(isKept) } };
}

/** The events of the liar, changed. */
function byEvents(cluster: ClusterSimulation, tell: (event: StackEvent) => readonly StackEvent[]): void {
  byOutbox(cluster, (out) => ({
    notify: (event) => {
      for (const told of tell(event)) out.notify(told);
    },
  }));
}

/** After every mutation of the liar's store its history also tells what `more` says. */
function byRecords(
  cluster: ClusterSimulation,
  more: (record: StoreRecord, held: StoreRecord | undefined) => readonly (StoreRecord | undefined)[],
): void {
  cluster.onStart((name) => {
    if (name !== LIAR) return;
    const { store } = cluster.core(name);
    const held = new Map<string, StoreRecord>();
    const observe = store.observe.bind(store);
    store.observe = (observer) =>
      observe((key, record) => {
        observer(key, record);
        if (record === undefined) return;
        for (const told of more(record, held.get(key))) observer(key, told);
        held.set(key, record);
      });
  });
}

function byClaims(cluster: ClusterSimulation, more: (claim: Claim, held: Claim | undefined) => readonly Claim[]): void {
  cluster.onStart((name) => {
    if (name !== LIAR) return;
    const { table } = cluster.core(name);
    const held = new Map<string, Claim>();
    const observe = table.observe.bind(table);
    table.observe = (observer) =>
      observe((key, claim) => {
        observer(key, claim);
        if (claim === undefined || key === LIAR) return;
        for (const told of more(claim, held.get(key))) observer(key, told);
        held.set(key, claim);
      });
  });
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a table goes back to the claim before',
    checker: 'claims only rise',
    plant: (cluster) => byClaims(cluster, (claim, held) => (held?.status === claim.status ? [held] : [])),
  },
  {
    bug: 'a dead member is alive again in the same life',
    checker: 'no resurrection without a higher life',
    plant: (cluster) => byClaims(cluster, (claim) => (claim.status === 'dead' ? [{ ...claim, status: 'alive' }] : [])),
  },
  {
    bug: 'somebody raises the incarnation of another member',
    checker: 'only the member raises its life',
    plant: (cluster) => byLies(cluster, (claim) => ({ ...claim, incarnation: claim.incarnation + 1 })),
  },
  {
    bug: 'somebody changes the metadata of another member on the way',
    checker: 'one metadata and address per life',
    plant: (cluster) => byLies(cluster, (claim) => ({ ...claim, tagsDigest: claim.tagsDigest + 1 })),
  },
  {
    bug: 'a suspicion is passed on as a verdict',
    checker: 'every verdict has its grounds',
    plant: (cluster) => byLies(cluster, (claim) => ({ ...claim, status: 'dead' })),
  },
  {
    bug: 'a node shows an old claim about itself',
    checker: 'a node believes in itself',
    plant: (cluster) =>
      cluster.onStart((name) => {
        if (name !== LIAR) return;
        const first = cluster.core(name).selfClaim;
        Object.defineProperty(cluster.core(name), 'selfClaim', { get: () => first });
      }),
  },
  {
    bug: 'a failure is not told to the owner',
    checker: 'events tell who is there',
    plant: (cluster) => byEvents(cluster, (event) => (event.type === 'member-failed' ? [] : [event])),
  },
  {
    bug: 'a refutation is not heard',
    checker: 'no live connected member stays dead',
    minutes: 1,
    plant: (cluster) => byHearing(cluster, withoutRefutations),
  },
  {
    bug: 'answers are not heard in a quiet cluster',
    checker: 'nobody who lives dies in calm',
    minutes: 6,
    isCalm: true,
    plant: (cluster) =>
      byDeafness(
        cluster,
        ({ message }) =>
          cluster.world.nowMs < 300_000 ||
          (message.type !== 'ack' && !('claims' in message) && !('records' in message)),
      ),
  },
  {
    bug: 'a rumor is delivered twice',
    checker: 'a rumor comes once to each life',
    plant: (cluster) => byEvents(cluster, (event) => (event.type === 'rumor-learned' ? [event, event] : [event])),
  },
  {
    bug: 'a rumor is pushed for ever',
    checker: "a rumor's spreading ends",
    plant: (cluster) => {
      let push: StackMessage | undefined;
      byOutbox(cluster, (out) => ({
        send: (to, packet, via) => {
          push = packet.messages.find(({ protocol }) => protocol === 'rumor') ?? push;
          out.send(
            to,
            via === 'stream' || push === undefined ? packet : { ...packet, messages: [...packet.messages, push] },
            'stream',
          );
        },
      }));
    },
  },
  {
    bug: 'a store goes back to the record before',
    checker: 'records only rise',
    plant: (cluster) => byRecords(cluster, (_record, held) => (held === undefined ? [] : [held])),
  },
  {
    bug: 'a tombstone is forgotten and the old value comes back',
    checker: 'no deleted value comes back',
    minutes: 2,
    plant: (cluster) =>
      byRecords(cluster, (record, held) => (record.kind === 'delete' && held !== undefined ? [undefined, held] : [])),
  },
  {
    bug: 'the state of a member is told with another value',
    checker: 'node state is what its member wrote',
    plant: (cluster) =>
      byEvents(cluster, (event) =>
        event.type === 'state-changed' && event.value !== undefined && event.origin !== LIAR
          ? [{ ...event, value: `${event.value}!` }]
          : [event],
      ),
  },
  {
    bug: 'keys are hashed modulo the number of members',
    checker: 'no key moves between two that stay',
    plant: (cluster) =>
      cluster.onStart((name) => {
        if (name !== LIAR) return;
        const { ring } = cluster.core(name);
        ring.ownersOf = (key) => {
          const { members } = ring.reading.current;
          return [members[hash32(String(key)) % members.length]?.name ?? name];
        };
      }),
  },
  {
    bug: 'a node leaves out one of the members',
    checker: 'all compute the same owners',
    plant: (cluster) =>
      cluster.onStart((name) => {
        if (name !== LIAR) return;
        const { ring } = cluster.core(name);
        const ownersOf = ring.ownersOf.bind(ring);
        ring.ownersOf = (key, count) => ownersOf(key, count).filter((owner) => owner !== 'node-1');
      }),
  },
  {
    bug: 'a write is acknowledged and not kept',
    checker: 'no acknowledged write is lost',
    plant: (cluster) =>
      cluster.onStart((name) => {
        if (name !== LIAR) return;
        const { store } = cluster.core(name);
        store.set = (key, value, wallMs) => ({
          key,
          value,
          kind: 'set',
          origin: name,
          stamp: { wallMs: Math.floor(wallMs), counter: 0 },
        });
      }),
  },
  {
    bug: 'a root leaves out a part of the content',
    checker: 'equal roots exactly for equal content',
    plant: (cluster) =>
      cluster.onStart((name) => {
        const core = cluster.core(name);
        Object.defineProperty(core, 'digests', {
          get: () => ({ members: String(core.table.recordCount), store: String(core.store.recordCount) }),
        });
      }),
  },
  {
    bug: 'a packet holds more than the network carries',
    checker: 'tables, queues and packets keep their bounds',
    plant: (cluster) =>
      byOutbox(cluster, (out) => ({
        send: (to, packet, via) =>
          out.send(to, { ...packet, messages: Array.from({ length: 50 }, () => packet.messages).flat() }, via),
      })),
  },
  {
    bug: 'a node does not take part in the reconciliation of the store',
    checker: 'a healed cluster converges',
    plant: (cluster) => byDeafness(cluster, ({ protocol }) => protocol !== 'store'),
  },
  {
    bug: 'a core throws',
    checker: 'nothing is thrown',
    plant: (cluster) =>
      byMutant(cluster, (_core, step) => (input, nowMs, out) => {
        if (input.kind === 'timer' && nowMs > 5_000) throw new Error('planted');
        step(input, nowMs, out);
      }),
  },
];
