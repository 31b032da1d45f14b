/** Which addresses a bound transport can reach, and how they are written for its sockets. */
import { type EndpointParts, formatEndpoint } from '@hearsay/core';

/** `dual` is a socket on `[::]`: it speaks IPv6, and IPv4 as mapped addresses. */
export type AddressFamily = 'ipv4' | 'ipv6' | 'dual';

const MAPPED_PREFIX = '::ffff:';

/** The family of a transport bound to `host`, a numeric address. */
export function familyOf(host: string): AddressFamily {
  if (!host.includes(':')) return 'ipv4';
  return host === '::' ? 'dual' : 'ipv6';
}

/** Whether a transport of this family can reach an endpoint. Of a DNS name it is not known before it is asked. */
export function canReach(family: AddressFamily, target: EndpointParts): boolean {
  return target.family === 'dns' || family === 'dual' || target.family === family;
}

/** What to ask DNS for. */
export function lookupFamily(family: AddressFamily): 0 | 4 | 6 {
  switch (family) {
    case 'ipv4':
      return 4;
    case 'ipv6':
      return 6;
    case 'dual':
      return 0;
  }
}

/** A numeric address as the UDP socket wants it. */
export function socketAddress(family: AddressFamily, address: string): string {
  return family === 'dual' && !address.includes(':') ? MAPPED_PREFIX + address : address;
}

/** The endpoint of a peer as a socket reports it: an IPv4 peer of a dual socket is an IPv4 peer. */
export function peerEndpoint(address: string, port: number): string {
  const isMapped = address.startsWith(MAPPED_PREFIX) && address.includes('.');
  return formatEndpoint(isMapped ? address.slice(MAPPED_PREFIX.length) : address, port);
}
