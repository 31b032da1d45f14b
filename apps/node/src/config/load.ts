/** Puts the layers together: flags over environment over file over defaults. */
import { stringify } from 'yaml';
import { UsageError } from '../failure.ts';
import { type ConfigLayer, envLayer, fileLayer, flagLayer } from './layers.ts';
import { type AgentConfig, type ConfigProblem, checkAgentConfig } from './schema.ts';

export interface ConfigSources {
  /** By option key: a text, a list of texts, or `true`. */
  readonly flags: ReadonlyMap<string, unknown>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether logs go to a terminal, where people read them. */
  readonly isTerminal: boolean;
}

/** Throws one `UsageError` with a line per problem, each beginning with the place where the operator wrote it. */
export function loadAgentConfig({ flags, env, isTerminal }: ConfigSources): AgentConfig {
  const file = flags.get('config') ?? (env.HEARSAY_CONFIG === '' ? undefined : env.HEARSAY_CONFIG);
  const layers = [flagLayer(flags), envLayer(env), ...(file === undefined ? [] : [fileLayer(String(file))])];
  const values: Record<string, unknown> = { logFormat: isTerminal ? 'pretty' : 'json' };
  for (const layer of layers.toReversed()) Object.assign(values, Object.fromEntries(layer.values));
  const unreadable = layers.flatMap((layer) => layer.problems);
  const checked = checkAgentConfig(values);
  if ('config' in checked && unreadable.length === 0) return checked.config;
  const broken = 'problems' in checked ? checked.problems.map((problem) => problemLine(problem, layers)) : [];
  throw new UsageError([...unreadable, ...broken]);
}

/** A configuration as a file that gives it again, except for the token, which is not shown. */
export function printedConfig(config: AgentConfig): string {
  return stringify({ ...config, ...(config.httpToken === undefined ? {} : { httpToken: '(hidden)' }) });
}

function problemLine({ path, message }: ConfigProblem, layers: readonly ConfigLayer[]): string {
  const [key, ...below] = path.map(String);
  if (key === undefined) return message;
  const label = layers.find((layer) => layer.values.has(key))?.label(key) ?? key;
  // A position in a list tells the operator nothing: the message quotes the item itself.
  const where = below.filter((part) => part !== '' && !/^\d+$/.test(part));
  return `${[label, ...where].join('.')}: ${message}`;
}
