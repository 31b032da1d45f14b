/** `hearsay kv watch`, `export` and `import`. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { AgentClient } from '../client/agent-client.ts';
import { follow } from '../client/follow.ts';
import { messageOf, OperationError } from '../failure.ts';
import { printable } from '../format/printable.ts';
import { readAll, type Terminal, write, writeLine } from '../terminal.ts';
import { type ClientOptions, clientOf, withAgent, withJson } from './client-options.ts';

/** Characters of one import request. Source: an agent takes 2 MiB, and a character at most three bytes of them. */
const IMPORTED_CHARACTERS_MAX = 512 * 1_024;

/** What an event says about a change of the store. */
const changeShape = z.looseObject({ key: z.string(), version: z.string(), isDeleted: z.boolean() });

export function addKvStreamCommands(kv: Command, terminal: Terminal): void {
  withJson(withAgent(kv.command('watch')))
    .description('print changes below a prefix as they happen, until interrupted')
    .argument('[prefix]', 'only keys that begin with this', '')
    .action((prefix: string, options: ClientOptions) => watch(prefix, options, terminal));
  withAgent(kv.command('export'))
    .description('print all entries as lines of JSON')
    .option('--prefix <prefix>', 'only keys that begin with this', '')
    .action(async (options: ClientOptions & { readonly prefix: string }) => {
      for await (const bytes of await clientOf(options, terminal).export(options.prefix)) {
        await write(terminal.stdout, bytes);
      }
    });
  withAgent(kv.command('import'))
    .description('write the entries of a file of lines of JSON; prints how many')
    .argument('<file>', '- reads standard input')
    .action(async (file: string, options: ClientOptions) => {
      const count = await imported(clientOf(options, terminal), await textOf(file, terminal));
      await writeLine(terminal.stdout, String(count));
    });
}

/** One line per change: when, what, and which version. A gap is told. */
async function watch(prefix: string, options: ClientOptions, terminal: Terminal): Promise<void> {
  const { interrupted: signal, stdout, stderr } = terminal;
  const onLost = (reason: string): void => void stderr.write(`${reason}: trying again\n`);
  const types = ['store-changed'];
  for await (const { type, data } of follow(clientOf(options, terminal), { types, topic: undefined, signal, onLost })) {
    if (type === 'overflow') {
      stderr.write(`changes were missed: ${data}\n`);
      continue;
    }
    const change = changeShape.parse(JSON.parse(data));
    if (!change.key.startsWith(prefix)) continue;
    const what = change.isDeleted ? 'deleted' : 'written';
    await writeLine(stdout, options.json === true ? data : `${what}  ${printable(change.key)}  ${change.version}`);
  }
}

/** In pieces that an agent takes. */
async function imported(client: AgentClient, text: string): Promise<number> {
  let count = 0;
  let piece = '';
  for (const line of text.split('\n')) {
    if (piece !== '' && piece.length + line.length > IMPORTED_CHARACTERS_MAX) {
      count += await client.import(piece);
      piece = '';
    }
    piece += `${line}\n`;
  }
  return count + (await client.import(piece));
}

async function textOf(file: string, { stdin }: Terminal): Promise<string> {
  if (file === '-') return Buffer.from(await readAll(stdin)).toString('utf8');
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new OperationError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
