/** Anti-entropy in the stack: one child for each replica of keyed records. */
import type { AntiEntropyCommand, AntiEntropyEvent, AntiEntropyMessage, AntiEntropyTimer } from '@hearsay/anti-entropy';
import type { Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import { Child } from './child.ts';
import type { Composer } from './composer.ts';
import type { Protocols } from './protocols.ts';

/** Anti-entropy over records of one kind. */
type ReplicaChild<R> = Child<AntiEntropyCommand, AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>;

/** An event of one of them, waiting for its turn. */
export type ReplicaRouted =
  | { readonly protocol: 'members'; readonly event: AntiEntropyEvent<Claim> }
  | { readonly protocol: 'store'; readonly event: AntiEntropyEvent<StoreRecord> }
  | { readonly protocol: 'rumor-log'; readonly event: AntiEntropyEvent<Rumor> };

/** By the name of the replica. */
export interface ReplicaChildren {
  readonly members: ReplicaChild<Claim>;
  readonly store: ReplicaChild<StoreRecord>;
  readonly rumors: ReplicaChild<Rumor>;
}

/** `route` takes events to the siblings and the owner, after the step of the child that has them. */
export function createReplicaChildren(
  { members, storeSync, rumorSync }: Protocols,
  composer: Composer,
  route: (event: ReplicaRouted) => void,
): ReplicaChildren {
  return {
    members: new Child(members, {
      send: (to, message, via) => composer.add(to, { protocol: 'members', message }, via),
      wrapTimer: (timer) => ({ protocol: 'members', timer }),
      route: (event) => route({ protocol: 'members', event }),
    }),
    store: new Child(storeSync, {
      send: (to, message, via) => composer.add(to, { protocol: 'store', message }, via),
      wrapTimer: (timer) => ({ protocol: 'store', timer }),
      route: (event) => route({ protocol: 'store', event }),
    }),
    rumors: new Child(rumorSync, {
      send: (to, message, via) => composer.add(to, { protocol: 'rumor-log', message }, via),
      wrapTimer: (timer) => ({ protocol: 'rumor-log', timer }),
      route: (event) => route({ protocol: 'rumor-log', event }),
    }),
  };
}
