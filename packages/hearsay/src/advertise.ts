/** Finds the endpoint that peers can use to reach us. */
import { networkInterfaces } from 'node:os';
import type { Endpoint } from '@hearsay/core';
import { ConfigError, formatEndpoint, parseEndpoint } from '@hearsay/core';

/** Hosts that mean every address of a machine: good to listen on, no place to send to. */
export const WILDCARD_HOSTS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * A bound wildcard says nothing to peers: the first outward address of this machine is advertised instead, IPv4
 * before IPv6. Throws `ConfigError` when there is none.
 */
export function advertisedEndpoint(
  bound: Endpoint,
  interfacesOf: typeof networkInterfaces = networkInterfaces,
): Endpoint {
  const { host, port } = parseEndpoint(bound);
  if (!WILDCARD_HOSTS.has(host)) return bound;
  const addresses = Object.values(interfacesOf()).flatMap((list) => list ?? []);
  const outward = addresses.filter((address) => !address.internal && !address.address.startsWith('fe80:'));
  const chosen = outward.find((address) => address.family === 'IPv4') ?? (host === '::' ? outward[0] : undefined);
  if (chosen === undefined) {
    throw new ConfigError('createNode', [`bind: ${bound} gives no address that peers could use; set advertise`]);
  }
  return formatEndpoint(chosen.address, port);
}
