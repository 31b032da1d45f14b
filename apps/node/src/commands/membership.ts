/** `hearsay members`, `info`, `join`, `leave`, `force-leave` and `ping`. */
import type { Command } from 'commander';
import type { MemberView } from '../client/shapes.ts';
import { OperationError } from '../failure.ts';
import { memberLines, statusLines } from '../format/views.ts';
import { whyLines } from '../format/why.ts';
import type { Terminal } from '../terminal.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';

export function addMembershipCommands(program: Command, terminal: Terminal): void {
  withJson(withAgent(program.command('members')))
    .description('list the members that the agent knows; * marks the agent itself')
    .option('--why <name>', 'tell what is known of one member, and why it is suspect or dead')
    .action(async (options: ClientOptions & { readonly why?: string }) => {
      const members = await clientOf(options, terminal).members();
      if (options.why !== undefined) return printWhy(memberCalled(options.why, members), options, terminal);
      return print(terminal, options, members, memberLines(members, Date.now()));
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
  withJson(withAgent(program.command('force-leave')))
    .description('declare a dead member left, instead of waiting until it is forgotten; a live one refutes')
    .argument('<name>')
    .action(async (name: string, options: ClientOptions) => {
      const answer = await clientOf(options, terminal).forceLeave(name);
      await print(terminal, options, answer, [`${name} is ${answer.status}`]);
    });
  withJson(withAgent(program.command('ping')))
    .description('make the agent ask a member whether it is there')
    .argument('<name>')
    .action((name: string, options: ClientOptions) => ping(name, options, terminal));
}

async function ping(name: string, options: ClientOptions, terminal: Terminal): Promise<void> {
  const answer = await clientOf(options, terminal).ping(name);
  if (answer.path === null) throw new OperationError(`${name} does not answer, neither by packet nor by stream`);
  const warning = answer.path === 'stream' ? ', by stream only: is UDP blocked?' : '';
  await print(terminal, options, answer, [`${name} answers in ${answer.rttMs?.toFixed(2)} ms${warning}`]);
}

function memberCalled(name: string, members: readonly MemberView[]): MemberView {
  const member = members.find((candidate) => candidate.name === name);
  if (member === undefined) throw new OperationError(`the agent knows no member called ${name}: see hearsay members`);
  return member;
}

async function printWhy(member: MemberView, options: ClientOptions, terminal: Terminal): Promise<void> {
  await print(terminal, options, member, whyLines(member, Date.now()));
}
