/** Whom this node believes: the owner's own veto, and the networks in which members may live. */
import { CidrList } from '@hearsay/core';
import type { SwimVeto } from '@hearsay/swim';

/** Joins both. Throws `ConfigError` for what is no network. */
export function nodeVeto(allow: readonly string[] | undefined, veto: SwimVeto = {}): SwimVeto {
  if (allow === undefined) return veto;
  const networks = new CidrList(allow);
  return {
    claim: (claim) => (networks.includes(claim.address) ? veto.claim?.(claim) : 'address-not-allowed'),
    join: (claims, from) => veto.join?.(claims, from),
  };
}
