/** What the replicas of this node come to, for its peers to compare. */
import type { StackMessage } from './messages.ts';
import type { Protocols } from './protocols.ts';

/** Counts as shown: a replica whose root was shown lately contacts nobody by itself. */
export function rootsMessage(
  { members, storeSync, stateSync, rumorSync, rumor }: Protocols,
  salt: number,
): StackMessage {
  // Shown in any case, or anti-entropy would take to probing.
  const rumors = rumorSync.showRoot(salt);
  return {
    protocol: 'roots',
    message: {
      type: 'roots',
      salt,
      members: members.showRoot(salt),
      store: storeSync.showRoot(salt),
      state: stateSync.showRoot(salt),
      ...(rumor.log.recordCount === 0 ? {} : { rumors }),
    },
  };
}
