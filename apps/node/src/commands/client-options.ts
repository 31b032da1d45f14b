/** What all client commands have in common: how they find the agent and how they print. */
import type { Command } from 'commander';
import { AgentClient } from '../client/agent-client.ts';
import { agentUrl } from '../client/agent-url.ts';
import { type Terminal, writeLine } from '../terminal.ts';

export interface ClientOptions {
  readonly http?: string;
  readonly json?: boolean;
}

export function withAgent(command: Command): Command {
  return command.option('--http <url>', 'the agent (default: $HEARSAY_HTTP, else http://127.0.0.1:7947)');
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON');
}

export function clientOf(options: ClientOptions, { env }: Terminal): AgentClient {
  return new AgentClient(agentUrl(options.http, env), env.HEARSAY_HTTP_TOKEN);
}

/** Prints data as one line of JSON, or as lines for people. */
export async function print(
  terminal: Terminal,
  options: ClientOptions,
  data: unknown,
  lines: readonly string[],
): Promise<void> {
  if (options.json === true) await writeLine(terminal.stdout, JSON.stringify(data));
  else for (const line of lines) await writeLine(terminal.stdout, line);
}
