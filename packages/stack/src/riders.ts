/** Whose news rides on packets that leave anyway: that of the members, and the rumors. */
import type { Rider } from './composer.ts';
import type { Protocols } from './protocols.ts';

export function createRiders({ swim, rumor }: Protocols): { readonly membership: Rider; readonly rumors: Rider } {
  return {
    membership: {
      hasNews: () => swim.newsCount > 0,
      isNews: ({ protocol, message }) => protocol === 'swim' && message.type === 'claims',
      piggyback: (to, budgetBytes) => {
        const message = swim.piggyback(to, budgetBytes);
        return message && { protocol: 'swim', message };
      },
    },
    rumors: {
      hasNews: () => rumor.ridingCount > 0,
      isNews: ({ protocol, message }) => protocol === 'rumor' && message.type === 'push',
      piggyback: (to, budgetBytes) => {
        const message = rumor.piggyback(to, budgetBytes);
        return message && { protocol: 'rumor', message };
      },
    },
  };
}
