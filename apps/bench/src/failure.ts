/** How a command ends: its exit code, and the line that says why. */

/** Everything was run and every check passed. */
export const EXIT_OK = 0;
/** A check failed, or a suite or a file did. */
export const EXIT_FAILED = 1;
/** The command line is wrong: nothing was run. */
export const EXIT_USAGE = 2;
/** Ended by Ctrl-C, as a shell counts it. */
export const EXIT_INTERRUPTED = 130;

/** Ends a command. The message is one line and tells the reader what to do. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command line is wrong. State: nothing was run, nothing written. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(EXIT_USAGE, message);
  }
}

/** A suite, a job or a file failed. State: the files of the suites before it are written. */
export class RunError extends CommandError {
  override readonly name = 'RunError';

  constructor(message: string, options?: ErrorOptions) {
    super(EXIT_FAILED, message, options);
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
