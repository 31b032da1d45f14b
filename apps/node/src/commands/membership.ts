/** `hearsay members`, `info`, `join` and `leave`. */
import type { Command } from 'commander';
import { memberLines, statusLines } from '../format/views.ts';
import type { Terminal } from '../terminal.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';

export function addMembershipCommands(program: Command, terminal: Terminal): void {
  withJson(withAgent(program.command('members')))
    .description('list the members that the agent knows; * marks the agent itself')
    .action(async (options: ClientOptions) => {
      const members = await clientOf(options, terminal).members();
      await print(terminal, options, members, memberLines(members, Date.now()));
    });
  withJson(withAgent(program.command('info')))
    .description('describe the agent itself')
    .action(async (options: ClientOptions) => {
      const status = await clientOf(options, terminal).status();
      await print(terminal, options, status, statusLines(status));
    });
  withJson(withAgent(program.command('join')))
    .description('make the agent join a cluster through any of its members')
    .argument('<addresses...>', 'gossip addresses, HOST:PORT')
    .action(async (addresses: string[], options: ClientOptions) => {
      const joined = await clientOf(options, terminal).join(addresses);
      await print(terminal, options, joined, [`joined: ${joined.memberCount} members`]);
    });
  withJson(withAgent(program.command('leave')))
    .description('make the agent leave its cluster; it runs on and can join again')
    .action(async (options: ClientOptions) => {
      const answer = await clientOf(options, terminal).leave();
      await print(terminal, options, answer, ['left the cluster']);
    });
}
