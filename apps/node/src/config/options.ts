/**
 * The options of an agent, once: their flag, their environment variable and their help. The command line, the
 * environment reader, `--print-config` and the test of the README's table all read this list.
 */
import type { AgentConfig } from './schema.ts';

export interface AgentOption {
  /** Also the key in the configuration file. */
  readonly key: keyof AgentConfig;
  /** How a text becomes a value. `list` and `pairs` are separated by commas in the environment. */
  readonly kind: 'text' | 'list' | 'pairs' | 'switch';
  /** As commander wants it; `undefined` for what must not be seen in a process list. */
  readonly flag: string | undefined;
  readonly env: string;
  readonly help: string;
}

export const AGENT_OPTIONS: readonly AgentOption[] = Object.freeze([
  option('name', 'text', '--name <name>', 'HEARSAY_NAME', 'unique in the cluster (default: the host name)'),
  option('bind', 'text', '--bind <host:port>', 'HEARSAY_BIND', 'gossip here, UDP and TCP (default: 0.0.0.0:7946)'),
  option('advertise', 'text', '--advertise <host:port>', 'HEARSAY_ADVERTISE', 'the address that others are told'),
  option('join', 'list', '--join <host:port>', 'HEARSAY_JOIN', 'a member to join through; repeatable'),
  option('http', 'text', '--http <host:port>', 'HEARSAY_HTTP', 'HTTP API here (default: 127.0.0.1:7947)'),
  option('httpToken', 'text', undefined, 'HEARSAY_HTTP_TOKEN', 'bearer token of the HTTP API'),
  option(
    'dataDir',
    'text',
    '--data-dir <dir>',
    'HEARSAY_DATA_DIR',
    'keep the store and the generation here across restarts',
  ),
  option(
    'durability',
    'text',
    '--durability <batched|sync>',
    'HEARSAY_DURABILITY',
    'what an answered write survives: a crash, or also a power cut',
  ),
  option('cluster', 'text', '--cluster <label>', 'HEARSAY_CLUSTER', 'packets of other labels are dropped'),
  option('tags', 'pairs', '--tag <key=value>', 'HEARSAY_TAGS', 'shown to all members; repeatable'),
  option('zone', 'text', '--zone <name>', 'HEARSAY_ZONE', 'where it is; members near by are preferred'),
  option('observer', 'switch', '--observer', 'HEARSAY_OBSERVER', 'learn who the members are, and be none'),
  option('allow', 'list', '--allow <cidr>', 'HEARSAY_ALLOW', 'a network that members may live in; repeatable'),
  option('profile', 'text', '--profile <swim|cassandra|redis>', 'HEARSAY_PROFILE', 'whose rules judge (default: swim)'),
  option('preset', 'text', '--preset <lan|wan|local>', 'HEARSAY_PRESET', 'protocol timing (default: lan)'),
  option(
    'allowFaults',
    'switch',
    '--allow-faults',
    'HEARSAY_ALLOW_FAULTS',
    'let HTTP clients cut and slow the network',
  ),
  option('logLevel', 'text', '--log-level <level>', 'HEARSAY_LOG_LEVEL', 'silent to trace (default: info)'),
  option('logFormat', 'text', '--log-format <pretty|json>', 'HEARSAY_LOG_FORMAT', 'default: pretty on a terminal'),
]);

function option(
  key: keyof AgentConfig,
  kind: AgentOption['kind'],
  flag: string | undefined,
  env: string,
  help: string,
): AgentOption {
  return Object.freeze({ key, kind, flag, env, help });
}
