/** `hearsay ring owners`, `tokens`, `slots` and `schema`: who owns which key. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { TOKEN_STATUSES } from 'hearsay';
import { OperationError, UsageError } from '../failure.ts';
import { placeLines, schemaLines, shareLines, slotLines, tokenLines } from '../format/ring-views.ts';
import type { Terminal } from '../terminal.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';

interface OwnersOptions extends ClientOptions {
  readonly count?: number;
}

interface TokensOptions extends ClientOptions {
  readonly all?: boolean;
  readonly set?: string;
  readonly to?: number | readonly string[];
}

interface SlotsOptions extends ClientOptions {
  readonly claim?: string;
}

interface SchemaOptions extends ClientOptions {
  readonly set?: string;
  readonly wait?: boolean;
}

/** How long `--wait` waits. Unit: ms. Source: guess; news takes seconds. */
const SCHEMA_WAIT_MS = 15_000;

export function addRingCommands(program: Command, terminal: Terminal): void {
  const ring = program.command('ring').description('who owns which key');
  withJson(withAgent(ring.command('owners')))
    .description('the owner of a key, and who holds replicas')
    .argument('<key>')
    .option('--count <count>', 'owners to name (default: 3)', parsedCount)
    .action(async (key: string, options: OwnersOptions) => {
      const place = await clientOf(options, terminal).owners(key, options.count);
      await print(terminal, options, place, placeLines(place));
    });
  withJson(withAgent(ring.command('tokens')))
    .description('the share of each member')
    .option('--all', 'every token instead, in the order of the ring')
    .addOption(new Option('--set <status>', "the status of the agent's own tokens").choices(TOKEN_STATUSES))
    .option('--to <tokens>', 'with --set: other tokens, *N for N of them or a list such as 5,-7', parsedTokens)
    .action((options: TokensOptions) => tokens(options, terminal));
  withJson(withAgent(ring.command('slots')))
    .description('who has which slots')
    .option('--claim <ranges>', "claim these for the agent's node, such as 0-5460,10923, instead of all it had")
    .action(async (options: SlotsOptions) => {
      const client = clientOf(options, terminal);
      const slots = options.claim === undefined ? await client.slots() : await client.claimSlots(options.claim);
      await print(terminal, options, slots, slotLines(slots));
    });
  withJson(withAgent(ring.command('schema')))
    .description('which members have which schema, and whether they agree')
    .option('--set <digest>', "the schema of the agent's node")
    .option('--wait', 'until all agree; fails if they do not within 15 seconds')
    .action((options: SchemaOptions) => schema(options, terminal));
}

async function tokens(options: TokensOptions, terminal: Terminal): Promise<void> {
  const client = clientOf(options, terminal);
  if (options.all === true) {
    const all = await client.tokens();
    return print(terminal, options, all, tokenLines(all));
  }
  if (options.to !== undefined && options.set === undefined) throw new UsageError(['--to: needs --set STATUS']);
  const shares = options.set === undefined ? await client.shares() : await client.setTokens(options.set, options.to);
  return print(terminal, options, shares, shareLines(shares));
}

async function schema(options: SchemaOptions, terminal: Terminal): Promise<void> {
  const client = clientOf(options, terminal);
  if (options.set !== undefined) await client.setSchema(options.set);
  const found = await client.schema(options.wait === true ? SCHEMA_WAIT_MS : 0);
  await print(terminal, options, found, schemaLines(found));
  if (options.wait === true && !found.isAgreed) throw new OperationError('the members do not agree yet');
}

function parsedTokens(text: string): number | readonly string[] {
  if (/^\*\d{1,7}$/.test(text)) return Number(text.slice(1));
  const tokens = text.split(',');
  if (!tokens.every((token) => /^-?\d{1,19}$/.test(token))) {
    throw new InvalidArgumentError('Use *16 for 16 tokens, or a list such as 5,-7.');
  }
  return tokens;
}

function parsedCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('Use a whole number of at least 1.');
  return count;
}
