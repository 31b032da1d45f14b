/** Runs the command line in this process: its streams, its signals, its exit code. */
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
  readonly env: Terminal['env'] = process.env;
  readonly stdin: Terminal['stdin'] = process.stdin;
  readonly stdout: Terminal['stdout'] = process.stdout;
  readonly stderr: Terminal['stderr'] = process.stderr;
  #interrupted: AbortSignal | undefined;

  /** Signals end the process as usual until a command asks for this: only then is there something to clean up. */
  get interrupted(): AbortSignal {
    this.#interrupted ??= interruption();
    return this.#interrupted;
  }
}

/**
 * Aborted by the first SIGINT or SIGTERM, or when a parent that holds an IPC channel goes away; a second signal ends
 * the process at once.
 */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT_BY_SIGNAL[signal]);
      controller.abort();
    });
  }
  process.once('disconnect', () => controller.abort());
  return controller.signal;
}
