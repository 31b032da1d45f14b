/** `hearsay demo`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AgentConfig } from '../config/schema.ts';
import { runDemo } from '../demo/run-demo.ts';
import type { Terminal } from '../terminal.ts';

/** Fewer agents have no two sides once one is killed; more are slow to start on a laptop. */
const NODES = Object.freeze({ min: 3, max: 32 });
const PORT_MAX = 65_535;

interface DemoFlags {
  readonly nodes: number;
  readonly httpPort: number;
  readonly profile: AgentConfig['profile'];
  readonly once?: boolean;
}

/** @param onExit told the exit code of the demo. */
export function addDemoCommand(program: Command, terminal: Terminal, onExit: (exitCode: number) => void): void {
  program
    .command('demo')
    .description('run a cluster of agents on this machine, until interrupted')
    .option('--nodes <count>', 'how many agents', wholeNumber(NODES.min, NODES.max), 5)
    .option('--http-port <port>', 'HTTP port of the first agent', wholeNumber(0, PORT_MAX), 8080)
    .addOption(
      new Option('--profile <profile>', 'whose rules judge the members')
        .choices(['swim', 'cassandra', 'redis'])
        .default('swim'),
    )
    .option('--once', 'tell the whole story, print its times and end')
    .action(async ({ nodes, httpPort, profile, once = false }: DemoFlags) => {
      onExit(await runDemo({ nodes, httpPort, profile, once }, terminal));
    });
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Use a whole number of ${min} to ${max}.`);
  };
}
