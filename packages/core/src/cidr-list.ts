/** Which hosts are meant: a list of networks in CIDR notation, IPv4 and IPv6. */
import ipaddr from 'ipaddr.js';
import { ConfigError } from './errors.ts';
import { type Endpoint, endpointParts } from './identity.ts';

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefixBits: number];

/** Matches endpoints against networks. A DNS name belongs to no network: what it stands for can change. */
export class CidrList {
  readonly #networks: readonly Network[];

  /** @param cidrs such as `10.0.0.0/8` or `fd00::/8`. Throws one `ConfigError` that names all that are none. */
  constructor(cidrs: readonly string[]) {
    const wrong = cidrs.filter((cidr) => !ipaddr.isValidCIDR(cidr));
    if (wrong.length > 0) {
      throw new ConfigError(
        'CidrList',
        wrong.map((cidr) => `${JSON.stringify(cidr)} is not a network such as 10.0.0.0/8`),
      );
    }
    this.#networks = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  }

  /** Whether the host of `endpoint` is an address in one of the networks. An IPv4 address inside IPv6 counts as IPv4. */
  includes(endpoint: Endpoint): boolean {
    const parts = endpointParts(endpoint);
    if (parts === undefined || parts.family === 'dns') return false;
    const address = ipaddr.process(parts.host);
    return this.#networks.some(([network, prefixBits]) => matches(address, network, prefixBits));
  }
}

function matches(address: Network[0], network: Network[0], prefixBits: number): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, prefixBits);
  return network instanceof ipaddr.IPv6 && address.match(network, prefixBits);
}
