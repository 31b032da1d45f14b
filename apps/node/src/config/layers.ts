/** One layer of configuration each: flags, environment, file. Values are still unchecked; the schema judges them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { messageOf } from '../failure.ts';
import { AGENT_OPTIONS, type AgentOption } from './options.ts';

/** Unchecked values by option, and how the operator knows each of them. */
export interface ConfigLayer {
  readonly values: ReadonlyMap<string, unknown>;
  /** Where the operator wrote it: `--bind`, `HEARSAY_BIND` or `hearsay.yaml: bind`. */
  label(key: string): string;
  /** What could not even be read. */
  readonly problems: readonly string[];
}

/** What the command line gave: a text, a list of texts, or `true`, by option. */
export function flagLayer(flags: ReadonlyMap<string, unknown>): ConfigLayer {
  const values = new Map<string, unknown>();
  for (const { key, kind } of AGENT_OPTIONS) {
    const flag = flags.get(key);
    if (flag !== undefined) values.set(key, kind === 'pairs' && Array.isArray(flag) ? pairsOf(flag.map(String)) : flag);
  }
  return { values, label: (key) => flagName(optionOf(key)) ?? key, problems: [] };
}

/** The `HEARSAY_*` variables that are options. Others are left alone, and so are empty ones. */
export function envLayer(env: Readonly<Record<string, string | undefined>>): ConfigLayer {
  const values = new Map<string, unknown>();
  for (const option of AGENT_OPTIONS) {
    const text = env[option.env];
    if (text !== undefined && text !== '') values.set(option.key, valueIn(option, text));
  }
  return { values, label: (key) => optionOf(key)?.env ?? key, problems: [] };
}

/** A YAML file; JSON is YAML. Keys are those of the schema. */
export function fileLayer(path: string): ConfigLayer {
  const label = (key: string): string => `${path}: ${key}`;
  const refused = (problem: string): ConfigLayer => ({ values: new Map(), label, problems: [`${path}: ${problem}`] });
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return refused(messageOf(error).split('\n')[0] ?? 'cannot be read');
  }
  if (content === null || content === undefined) return { values: new Map(), label, problems: [] };
  if (typeof content !== 'object' || Array.isArray(content))
    return refused('is not a list of options: write KEY: VALUE');
  return { values: new Map(Object.entries(content)), label, problems: [] };
}

/** The flag of an option without its argument. */
export function flagName(option: AgentOption | undefined): string | undefined {
  return option?.flag?.split(' ')[0];
}

function optionOf(key: string): AgentOption | undefined {
  return AGENT_OPTIONS.find((option) => option.key === key);
}

function valueIn({ kind }: AgentOption, text: string): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return listOf(text);
    case 'pairs':
      return pairsOf(listOf(text));
    case 'switch':
      return switchOf(text);
  }
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A pair without `=` keeps an empty key, which the schema refuses with the form to use. */
function pairsOf(items: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    items.map((item) => {
      const at = item.indexOf('=');
      return at === -1 ? ['', item] : [item.slice(0, at), item.slice(at + 1)];
    }),
  );
}

/** Anything but the usual words is handed on, for the schema to refuse. */
function switchOf(text: string): unknown {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return true;
  return ['false', '0', 'no', 'off'].includes(text.toLowerCase()) ? false : text;
}
