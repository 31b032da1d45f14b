/** The one schema of an agent's configuration, wherever it comes from. Each message says what to do. */
import { hostname } from 'node:os';
import { endpointParts, isName } from '@hearsay/core';
import { isZone } from 'hearsay';
import { z } from 'zod';
import { isLoopbackHost } from './loopback.ts';

/** A complete configuration: defaults are filled in. */
export interface AgentConfig {
  /** Unique in the cluster. Default: the host name. */
  readonly name: string;
  /** Where gossip is received, UDP and TCP alike; port 0 picks one. Default `0.0.0.0:7946`. Source: memberlist's port. */
  readonly bind: string;
  /** What others are told. Default: the node's own choice. */
  readonly advertise?: string | undefined;
  /** Members to join through. Default none. */
  readonly join: readonly string[];
  /** Where the HTTP API listens; port 0 picks one. Default `127.0.0.1:7947`. Source: the port next to gossip. */
  readonly http: string;
  /** Bearer token of the HTTP API; required where others can reach it. Default none. */
  readonly httpToken?: string | undefined;
  /** Keeps the store and the generation across restarts. Default none. */
  readonly dataDir?: string | undefined;
  /** What an answered write survives: the death of the agent, or also a power cut. Default `batched`. */
  readonly durability: 'batched' | 'sync';
  /** Packets of other labels are dropped. Default empty. */
  readonly cluster: string;
  /** Shown to all members. Default none. */
  readonly tags: Readonly<Record<string, string>>;
  /** Where this node is, such as a rack: helpers and gossip are then preferred near by. Default none. */
  readonly zone: string;
  /** Learns who the members are, and is none. Default false. */
  readonly observer: boolean;
  /** Networks in which members may have their addresses. Default: any. */
  readonly allow?: readonly string[] | undefined;
  /** Whose rules judge the members; the same on all nodes. Default `swim`. */
  readonly profile: 'swim' | 'cassandra' | 'redis';
  /** Protocol timing. Default `lan`. */
  readonly preset: 'lan' | 'wan' | 'local';
  /** Whether HTTP clients may cut and slow this node's network. Default false. */
  readonly allowFaults: boolean;
  /** Default `info`. */
  readonly logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** Default `pretty` on a terminal, else `json`. */
  readonly logFormat: 'pretty' | 'json';
}

/** Shorter tokens can be guessed by trying. Unit: characters. Source: 64 bits at 4 bits per hex digit. */
export const TOKEN_CHARACTERS_MIN = 16;
/** Seeds in one configuration or one join request. Source: guess; a handful is enough to find a cluster. */
export const SEED_COUNT_MAX = 64;

/** As the wire has room for it. Unit: bytes of UTF-8. */
const CLUSTER_BYTES_MAX = 64;

const endpoint = text('HOST:PORT').refine((value) => endpointParts(value) !== undefined, {
  error: (issue) => `${quoted(issue.input)} is not an address: use HOST:PORT, for example 10.0.0.2:7946`,
});

/** An address that others can send to. */
export const reachableEndpoint: z.ZodType<string> = endpoint.refine((value) => endpointParts(value)?.port !== 0, {
  error: (issue) => `${quoted(issue.input)} has port 0: use the port that the other side listens on`,
});

const advertised = reachableEndpoint.refine((value) => !/^(0\.0\.0\.0|\[::\]):/.test(value), {
  error: (issue) => `${quoted(issue.input)} is no place to send to: name the address that others reach`,
});

const name = text('a name').refine(isName, {
  error: (issue) => `${quoted(issue.input)} is not a member name: use 1 to 128 characters of A-Z a-z 0-9 . _ -`,
});

/** Clients name the API by a URL and agents by an address; one variable serves both, so both forms are read. */
const httpAddress = text('HOST:PORT')
  .transform((value) => value.replace(/^http:\/\//, '').replace(/\/$/, ''))
  .pipe(endpoint);

const tagKey = z
  .string()
  .refine((value) => value !== '' && !value.includes('='), { error: 'a tag needs a key without "=": use KEY=VALUE' });

const onOff = z.boolean({ error: (issue) => `${quoted(issue.input)} is neither true nor false` });

const shape = {
  name: name.default(() => hostName()),
  bind: endpoint.default('0.0.0.0:7946'),
  advertise: advertised.optional(),
  join: z.array(reachableEndpoint).max(SEED_COUNT_MAX).default([]),
  http: httpAddress.default('127.0.0.1:7947'),
  httpToken: text('a token')
    .min(TOKEN_CHARACTERS_MIN, `is shorter than ${TOKEN_CHARACTERS_MIN} characters: make one with openssl rand -hex 32`)
    .optional(),
  dataDir: text('a folder').min(1, 'is empty: name a folder').optional(),
  durability: choice(['batched', 'sync']).default('batched'),
  cluster: text('a label')
    .refine((label) => Buffer.byteLength(label) <= CLUSTER_BYTES_MAX, `is longer than ${CLUSTER_BYTES_MAX} bytes`)
    .default(''),
  tags: z.record(tagKey, text('a text')).default({}),
  zone: text('a zone').refine(isZone, 'is not up to 32 characters of A-Z a-z 0-9 . _ -').default(''),
  observer: onOff.default(false),
  allow: z.array(text('a network such as 10.0.0.0/8')).optional(),
  profile: choice(['swim', 'cassandra', 'redis']).default('swim'),
  preset: choice(['lan', 'wan', 'local']).default('lan'),
  allowFaults: onOff.default(false),
  logLevel: choice(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  logFormat: choice(['pretty', 'json']).default('json'),
};

const agentSchema = z.strictObject(shape).superRefine((config, context) => {
  const host = endpointParts(config.http)?.host;
  if (host === undefined || isLoopbackHost(host) || config.httpToken !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['http'],
    message:
      `${config.http} can be reached from other machines, so a token is required: set HEARSAY_HTTP_TOKEN ` +
      '(make one with openssl rand -hex 32) or listen on 127.0.0.1',
  });
});

/** One thing that is wrong, and where. */
export interface ConfigProblem {
  /** The key, then what lies below it. Empty when no single key is to blame. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Fills in defaults and checks every rule. All problems are told together. */
export function checkAgentConfig(raw: unknown): { config: AgentConfig } | { problems: readonly ConfigProblem[] } {
  const result = agentSchema.safeParse(raw);
  if (result.success) return { config: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue)) };
}

/** Names of all options, for the message about an unknown one. */
export const AGENT_KEYS: readonly string[] = Object.freeze(Object.keys(shape));

function problemsOf(issue: z.core.$ZodIssue): readonly ConfigProblem[] {
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: `is not an option: use one of ${AGENT_KEYS.join(', ')}`,
  }));
}

function text(what: string): z.ZodString {
  return z.string({ error: (issue) => `${quoted(issue.input)} is not a text: write ${what} in quotes` });
}

function choice<const T extends readonly [string, ...string[]]>(values: T): z.ZodType<T[number]> {
  return z.enum(values, { error: (issue) => `${quoted(issue.input)} is unknown: use one of ${values.join(', ')}` });
}

/** The host name, with what a member name may not contain replaced. */
function hostName(): string {
  return hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 128);
}

function quoted(value: unknown): string {
  const charactersMax = 64;
  const json = JSON.stringify(value) ?? String(value);
  return json.length > charactersMax ? `${json.slice(0, charactersMax)}…` : json;
}
