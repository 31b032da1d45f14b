/** `hearsay state get`, `set`, `delete` and `list`: what members tell about themselves. */
import type { Command } from 'commander';
import { OperationError } from '../failure.ts';
import { stateLines } from '../format/views.ts';
import { utf8Text } from '../http/payload.ts';
import { type Terminal, write } from '../terminal.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';
import { bytesOf } from './rumors.ts';

interface StateOptions extends ClientOptions {
  readonly member?: string;
  readonly prefix?: string;
}

const MEMBER: readonly [string, string] = ['--member <name>', 'of this member (default: the agent itself)'];

export function addStateCommands(program: Command, terminal: Terminal): void {
  const state = program.command('state').description('read and write what members tell about themselves');
  withJson(withAgent(state.command('get')))
    .description('print a value')
    .argument('<key>')
    .option(...MEMBER)
    .action((key: string, options: StateOptions) => get(key, options, terminal));
  withJson(withAgent(state.command('set')))
    .description("write a value of the agent's own; all members will see it")
    .argument('<key>')
    .argument('<value>', '- reads standard input')
    .action(async (key: string, value: string, options: ClientOptions) => {
      const text = utf8Text(await bytesOf(value, terminal));
      if (text === undefined) throw new OperationError('the value is not UTF-8: node state is text');
      const entry = await clientOf(options, terminal).setState(key, text);
      await print(terminal, options, entry, [String(entry.version)]);
    });
  withAgent(state.command('delete'))
    .description("delete a key of the agent's own")
    .argument('<key>')
    .action((key: string, options: ClientOptions) => clientOf(options, terminal).deleteState(key));
  withJson(withAgent(state.command('list')))
    .description('list keys and values, of all members')
    .option('--member <name>', 'only of this member')
    .option('--prefix <prefix>', 'only keys that begin with this')
    .action(async ({ member, prefix, ...options }: StateOptions) => {
      const entries = await clientOf(options, terminal).states({ origin: member, prefix });
      await print(terminal, options, entries, stateLines(entries));
    });
}

async function get(key: string, options: StateOptions, terminal: Terminal): Promise<void> {
  const entry = await clientOf(options, terminal).state(key, options.member);
  if (options.json === true) return print(terminal, options, entry, []);
  await write(terminal.stdout, entry.value);
  // Exact text for a pipe; a line of its own for a person.
  if (terminal.stdout.isTTY === true) await write(terminal.stdout, '\n');
}
