/** The command line: which commands there are, and how each of them ends. */
import { Command, CommanderError } from 'commander';
import { addAgentCommand } from './commands/agent.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addKvCommands } from './commands/kv.ts';
import { addMembershipCommands } from './commands/membership.ts';
import { addRingCommands } from './commands/ring.ts';
import { addRumorCommands } from './commands/rumors.ts';
import { addStateCommands } from './commands/state.ts';
import { CommandError, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './failure.ts';
import { type Terminal, writeLine } from './terminal.ts';
import { packageVersion } from './version.ts';

/** Runs one command line, without the names of Node and of the script. Returns the exit code; throws on a bug only. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = EXIT_OK;
  const program = hearsayProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    if (error instanceof CommandError) {
      for (const line of error.lines) await writeLine(terminal.stderr, `hearsay: ${line}`);
      return error.exitCode;
    }
    // The reader of a pipe has gone, as `hearsay events | head` does. Nobody is left to be told.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return EXIT_FAILED;
    throw error;
  }
}

function hearsayProgram(terminal: Terminal, onExit: (exitCode: number) => void): Command {
  const program = new Command('hearsay');
  program
    .description('Gossip for services: members, failures, rumors and replicated state, with no coordinator.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      // One line per problem, also where commander adds a suggestion on a second one.
      outputError: (text, writeText) =>
        writeText(
          `hearsay: ${text
            .trim()
            .replace(/^error: /, '')
            .replace(/\n/g, ' ')}\n`,
        ),
    });
  addAgentCommand(program, terminal, onExit);
  addDemoCommand(program, terminal, onExit);
  addMembershipCommands(program, terminal);
  addRumorCommands(program, terminal);
  addKvCommands(program, terminal);
  addStateCommands(program, terminal);
  addRingCommands(program, terminal);
  return program;
}
