/** Runs the command line in this process: its streams, its signals, its exit code. */
import { CommandError } from './failure.ts';
import { runCommand } from './program.ts';
import type { Terminal } from './terminal.ts';

/** What a shell expects of a process that a signal ended. */
const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ends the process. Only for the executable. */
export async function runProcess(): Promise<void> {
  // A reader that went away shows where its data is written; without a listener it would end the process in a trace.
  process.stdout.on('error', () => undefined);
  process.exit(await runCommand(process.argv.slice(2), new ProcessTerminal()));
}

class ProcessTerminal implements Terminal {
  readonly stdout: Terminal['stdout'] = process.stdout;
  readonly stderr: Terminal['stderr'] = process.stderr;
  #interrupted: AbortSignal | undefined;

  get interrupted(): AbortSignal {
    this.#interrupted ??= interruption();
    return this.#interrupted;
  }
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT_BY_SIGNAL[signal]);
      controller.abort(new CommandError(EXIT_BY_SIGNAL[signal], signal));
    });
  }
  return controller.signal;
}
