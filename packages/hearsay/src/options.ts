/** What a caller may set when creating a node. Everything but the name has a default. */
import type { Endpoint, NodeId } from '@hearsay/core';
import { ConfigError, endpointParts, isName } from '@hearsay/core';
import { isZone } from '@hearsay/membership';
import type { StackOptions } from '@hearsay/stack';
import type { SwimVeto } from '@hearsay/swim';

/** Options of `createNode`, beside those of the protocols. */
export interface NodeOptions extends StackOptions {
  /** Unique in the cluster: 1-128 characters of `[A-Za-z0-9._-]`. */
  readonly name: NodeId;
  /** Where to listen, UDP and TCP alike; port 0 picks a free one. Default `0.0.0.0:7946`. Source: memberlist's port. */
  readonly bind?: Endpoint | undefined;
  /** How others reach us. Default: the bound address, or this machine's first outward address if that is a wildcard. */
  readonly advertise?: Endpoint | undefined;
  /** Nodes to join at the start, retried in the background until one answers. Default none. */
  readonly join?: readonly Endpoint[] | undefined;
  /** Directory that keeps the generation over restarts. Default none: the wall clock alone orders our lives. */
  readonly dataDir?: string | undefined;
  /** Name of the cluster, 0-64 bytes: packets of other clusters are refused. Default empty. */
  readonly cluster?: string | undefined;
  /**
   * Where this node is, such as a rack or a region: 1-32 characters of `[A-Za-z0-9._-]`. Helpers and gossip targets are
   * then preferred near by. Default none.
   */
  readonly zone?: string | undefined;
  /** Learns who the members are, and is none. Its name must be nobody else's. Default false. */
  readonly observer?: boolean | undefined;
  /**
   * Networks such as `10.0.0.0/8` in which members may have their addresses. Claims about others are refused, DNS names
   * too. Default: any address.
   */
  readonly allow?: readonly string[] | undefined;
  /** Your own say in whom to believe, beside `allow`. Pure, and quick: it is asked for every claim. */
  readonly veto?: SwimVeto | undefined;
  /** What others may know about us, at most 4096 bytes in all. Default none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Whether `node.faults` may be used: for tests and demos. Default false. */
  readonly allowFaults?: boolean | undefined;
  /** Makes the node's own dice repeatable. Default: from the system's entropy. */
  readonly seed?: number | undefined;
}

/** Default endpoint to listen on. */
export const BIND_DEFAULT = '0.0.0.0:7946';
const CLUSTER_BYTES_MAX = 64;

/** Reports every problem of the options that belong to the node itself, at once. Throws `ConfigError`. */
export function checkNodeOptions(options: NodeOptions): void {
  const problems: string[] = [];
  if (!isName(options.name)) problems.push('name: use 1 to 128 characters of A-Z a-z 0-9 . _ -');
  if (options.bind !== undefined && endpointParts(options.bind) === undefined) {
    problems.push(`bind: ${JSON.stringify(options.bind)} is not HOST:PORT`);
  }
  if (options.advertise !== undefined) problems.push(...contactProblems('advertise', [options.advertise]));
  problems.push(...contactProblems('join', options.join ?? []));
  if (!isZone(options.zone ?? '')) problems.push('zone: use up to 32 characters of A-Z a-z 0-9 . _ -');
  const clusterBytes = Buffer.byteLength(options.cluster ?? '');
  if (clusterBytes > CLUSTER_BYTES_MAX) problems.push(`cluster: ${clusterBytes} bytes, more than ${CLUSTER_BYTES_MAX}`);
  if (problems.length > 0) throw new ConfigError('createNode', problems);
}

/** Throws `ConfigError` unless every endpoint can be contacted. */
export function checkEndpoints(option: string, endpoints: readonly Endpoint[]): void {
  const problems = endpoints.length === 0 ? [`${option}: no address given`] : contactProblems(option, endpoints);
  if (problems.length > 0) throw new ConfigError(option, problems);
}

function contactProblems(option: string, endpoints: readonly Endpoint[]): string[] {
  return endpoints.flatMap((endpoint) => {
    const parts = endpointParts(endpoint);
    if (parts === undefined) return [`${option}: ${JSON.stringify(endpoint)} is not HOST:PORT`];
    return parts.port === 0 ? [`${option}: port 0 cannot be contacted`] : [];
  });
}
