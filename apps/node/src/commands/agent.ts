/** `hearsay agent`. */
import type { Command } from 'commander';
import { runAgent } from '../agent/run-agent.ts';
import { loadAgentConfig, printedConfig } from '../config/load.ts';
import { AGENT_OPTIONS, type AgentOption } from '../config/options.ts';
import { EXIT_OK } from '../failure.ts';
import { type Terminal, write } from '../terminal.ts';

/** @param onExit told the exit code of the agent. */
export function addAgentCommand(program: Command, terminal: Terminal, onExit: (exitCode: number) => void): void {
  const command = program
    .command('agent')
    .description('run a node')
    .option('--config <file>', 'YAML or JSON; flags and HEARSAY_* variables go over it')
    .option('--print-config', 'print the configuration as it would be used, and end');
  for (const option of AGENT_OPTIONS) addOption(command, option);
  command.action(async (flags: Readonly<Record<string, unknown>>) => {
    const config = loadAgentConfig({
      flags: flagsByKey(flags),
      env: terminal.env,
      isTerminal: terminal.stderr.isTTY === true,
    });
    if (flags.printConfig === true) {
      await write(terminal.stdout, printedConfig(config));
      onExit(EXIT_OK);
    } else onExit(await runAgent(config, terminal));
  });
}

function addOption(command: Command, { flag, kind, env, help }: AgentOption): void {
  if (flag === undefined) return;
  const text = `${help} [${env}]`;
  if (kind === 'list' || kind === 'pairs') command.option(flag, text, appended);
  else command.option(flag, text);
}

function appended(item: string, items: readonly string[] | undefined): readonly string[] {
  return [...(items ?? []), item];
}

/** Commander names options after their flag; `--tag` is the only one whose key differs. */
function flagsByKey({ tag, ...flags }: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(tag === undefined ? flags : { ...flags, tags: tag }));
}
