/** `hearsay kv get`, `set`, `delete` and `list`. */
import type { Command } from 'commander';
import type { AgentClient } from '../client/agent-client.ts';
import type { EntryView } from '../client/shapes.ts';
import { entryLines } from '../format/views.ts';
import { utf8Text } from '../http/payload.ts';
import { type Terminal, write } from '../terminal.ts';
import { type Milliseconds, parsedCount, parsedDuration } from './arguments.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';
import { addKvStreamCommands } from './kv-streams.ts';
import { bytesOf } from './rumors.ts';

/** Entries asked for at once. Source: the agent's own limit. */
const PAGE_LIMIT = 1_000;

interface WriteOptions extends ClientOptions {
  readonly ifVersion?: string;
}

interface SetOptions extends WriteOptions {
  readonly ttl?: Milliseconds;
}

interface ListOptions extends ClientOptions {
  readonly prefix: string;
  readonly limit: number;
  readonly after?: string;
}

const IF_VERSION: readonly [string, string] = ['--if-version <version>', 'only if the key is at this version'];

export function addKvCommands(program: Command, terminal: Terminal): void {
  const kv = program.command('kv').description('read and write the replicated store');
  addKvStreamCommands(kv, terminal);
  withJson(withAgent(kv.command('get')))
    .description('print a value')
    .argument('<key>')
    .action((key: string, options: ClientOptions) => get(key, options, terminal));
  withJson(withAgent(kv.command('set')))
    .description('write a value; prints its version')
    .argument('<key>')
    .argument('<value>', '- reads standard input')
    .option(...IF_VERSION)
    .option('--ttl <duration>', 'let it end by itself, after 500ms, 30s, 5m, 2h or 1d', parsedDuration)
    .action(async (key: string, value: string, { ttl: ttlMs, ...options }: SetOptions) => {
      const bytes = await bytesOf(value, terminal);
      const entry = await clientOf(options, terminal).write(key, bytes, { ifVersion: options.ifVersion, ttlMs });
      await print(terminal, options, entry, [entry.version]);
    });
  withAgent(kv.command('delete'))
    .description('delete a key')
    .argument('<key>')
    .option(...IF_VERSION)
    .action((key: string, options: WriteOptions) => clientOf(options, terminal).delete(key, options.ifVersion));
  withJson(withAgent(kv.command('list')))
    .description('list keys in order, without their values')
    .option('--prefix <prefix>', 'only keys that begin with this', '')
    .option('--limit <count>', 'at most so many', parsedCount, Number.POSITIVE_INFINITY)
    .option('--after <key>', 'only keys after this one')
    .action(async (options: ListOptions) => {
      const entries = await listed(clientOf(options, terminal), options);
      await print(terminal, options, entries, entryLines(entries));
    });
}

async function get(key: string, options: ClientOptions, terminal: Terminal): Promise<void> {
  const { value, version, origin } = await clientOf(options, terminal).read(key);
  if (options.json === true) {
    const text = utf8Text(value);
    const content = text === undefined ? { valueBase64: Buffer.from(value).toString('base64') } : { value: text };
    return print(terminal, options, { key, version, origin, ...content }, []);
  }
  await write(terminal.stdout, value);
  // Exact bytes for a pipe; a line of its own for a person.
  if (terminal.stdout.isTTY === true) await write(terminal.stdout, '\n');
}

/** Follows the pages of the agent up to the limit. */
async function listed(client: AgentClient, { prefix, limit, after }: ListOptions): Promise<EntryView[]> {
  const entries: EntryView[] = [];
  for (;;) {
    const pageLimit = Math.min(PAGE_LIMIT, limit - entries.length);
    const page = await client.list({ prefix, limit: pageLimit, after: entries.at(-1)?.key ?? after });
    entries.push(...page);
    if (page.length < pageLimit || entries.length >= limit) return entries;
  }
}
