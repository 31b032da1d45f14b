/** What a caller may set when creating a node. Everything but the name has a default. */
import type { Endpoint, NodeId } from '@hearsay/core';
import { CidrList, ConfigError, endpointParts, isName } from '@hearsay/core';
import { isZone } from '@hearsay/membership';
import type { StackConfig, StackOptions } from '@hearsay/stack';
import { stackConfig } from '@hearsay/stack';
import type { Durability } from '@hearsay/store/lmdb';
import type { SwimVeto } from '@hearsay/swim';
import { WILDCARD_HOSTS } from './advertise.ts';

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
  /**
   * Directory that keeps the store and the generation over restarts; it serves one node. Needs the package `lmdb`.
   * Default none: the store is in memory, and the wall clock alone orders our lives.
   */
  readonly dataDir?: string | undefined;
  /**
   * When `store.flushed()` resolves: `batched` when a crash of this process cannot undo the writes any more, `sync` when
   * a power cut cannot either. Only with `dataDir`. Default `batched`. Source: measured in the README.
   */
  readonly durability?: Durability | undefined;
  /** Told of what the operator should know about the data directory, in the middle of a start. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
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

/** What is wrong with one option, as sentences without the option's name. */
type Check = (value: unknown) => readonly string[];

/** `stackConfig` has the rules of the protocols' options. */
const CHECKED_BELOW: Check = () => [];

/** A rule for every option: the compiler asks for it. What is not in here is no option. */
const CHECKS: Readonly<Record<keyof NodeOptions, Check>> = Object.freeze({
  name: (value) => (isText(value) && isName(value) ? [] : ['use 1 to 128 characters of A-Z a-z 0-9 . _ -']),
  bind: (value) => (isText(value) && endpointParts(value) !== undefined ? [] : [`${quoted(value)} is not HOST:PORT`]),
  advertise: (value) => [...contactProblems(value), ...(isWildcard(value) ? [`${value} cannot be contacted`] : [])],
  join: (value) => (Array.isArray(value) ? value.flatMap(contactProblems) : ['expected a list of HOST:PORT']),
  dataDir: (value) => (isText(value) && value !== '' ? [] : ['expected the path of a directory']),
  durability: (value) =>
    value === 'batched' || value === 'sync' ? [] : [`${quoted(value)} is neither batched nor sync`],
  onWarning: (value) => (typeof value === 'function' ? [] : ['expected a function']),
  cluster: (value) => (isText(value) ? clusterProblems(value) : ['expected a text']),
  tags: (value) => (isObject(value) && Object.values(value).every(isText) ? [] : ['expected texts by name']),
  zone: (value) => (isText(value) && isZone(value) ? [] : ['use up to 32 characters of A-Z a-z 0-9 . _ -']),
  observer: switchProblems,
  allow: networkProblems,
  veto: (value) => (isObject(value) ? [] : ['expected an object with claim and join']),
  allowFaults: switchProblems,
  seed: (value) => (Number.isInteger(value) ? [] : ['expected a whole number']),
  profile: CHECKED_BELOW,
  preset: CHECKED_BELOW,
  limits: CHECKED_BELOW,
  membership: CHECKED_BELOW,
  swim: CHECKED_BELOW,
  flaps: CHECKED_BELOW,
  heartbeat: CHECKED_BELOW,
  phi: CHECKED_BELOW,
  quorum: CHECKED_BELOW,
  rumor: CHECKED_BELOW,
  store: CHECKED_BELOW,
  membersAntiEntropy: CHECKED_BELOW,
  storeAntiEntropy: CHECKED_BELOW,
  rumorAntiEntropy: CHECKED_BELOW,
  state: CHECKED_BELOW,
  stateSync: CHECKED_BELOW,
  ring: CHECKED_BELOW,
});

/**
 * Checks all options and returns the configuration of the protocols. Throws one `ConfigError` with every problem, of
 * the node's own options and of the protocols'.
 */
export function checkedOptions(options: NodeOptions): StackConfig {
  const problems = nodeProblems(options);
  try {
    const config = stackConfig(stackOptions(options));
    if (problems.length === 0) return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  throw new ConfigError('createNode', problems);
}

/** Those of the protocols alone. */
function stackOptions(options: NodeOptions): StackOptions {
  const { profile, preset, limits, membership, swim, flaps, heartbeat, phi, quorum, rumor, store } = options;
  const { membersAntiEntropy, storeAntiEntropy, rumorAntiEntropy, state, stateSync, ring } = options;
  const detectors = { swim, flaps, heartbeat, phi, quorum };
  const antiEntropy = { membersAntiEntropy, storeAntiEntropy, rumorAntiEntropy, stateSync };
  return { profile, preset, limits, ...detectors, membership, rumor, store, state, ring, ...antiEntropy };
}

/** Throws `ConfigError` unless every endpoint can be contacted. */
export function checkEndpoints(option: string, endpoints: readonly Endpoint[]): void {
  const found = endpoints.length === 0 ? ['no address given'] : endpoints.flatMap(contactProblems);
  if (found.length > 0) throw new ConfigError(option, found);
}

/** The only option without a default is checked even if it is not there. */
function nodeProblems(options: NodeOptions): string[] {
  const given = Object.entries(options).filter(([key, value]) => value !== undefined && key !== 'name');
  return [['name', options.name] as const, ...given].flatMap(([key, value]) => {
    const problems = isOption(key) ? CHECKS[key](value) : ['unknown option'];
    return problems.map((problem) => `${key}: ${problem}`);
  });
}

function isOption(key: string): key is keyof NodeOptions {
  return Object.hasOwn(CHECKS, key);
}

function contactProblems(value: unknown): string[] {
  const parts = isText(value) ? endpointParts(value) : undefined;
  if (parts === undefined) return [`${quoted(value)} is not HOST:PORT`];
  return parts.port === 0 ? ['port 0 cannot be contacted'] : [];
}

function clusterProblems(cluster: string): string[] {
  const sizeBytes = Buffer.byteLength(cluster);
  return sizeBytes > CLUSTER_BYTES_MAX ? [`${sizeBytes} bytes, more than ${CLUSTER_BYTES_MAX}`] : [];
}

function switchProblems(value: unknown): string[] {
  return typeof value === 'boolean' ? [] : ['expected true or false'];
}

function networkProblems(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every(isText)) return ['expected a list of networks such as 10.0.0.0/8'];
  try {
    new CidrList(value);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function isWildcard(value: unknown): boolean {
  const host = isText(value) ? endpointParts(value)?.host : undefined;
  return host !== undefined && WILDCARD_HOSTS.has(host);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function quoted(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
