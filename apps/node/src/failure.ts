/** How a command ends: its exit code and the lines that say why. */

/** Everything that was asked for was done. */
export const EXIT_OK = 0;
/** The operation was refused or failed: the agent is not there, the port is busy, the key is unknown. */
export const EXIT_FAILED = 1;
/** The command line or the configuration is wrong: nothing was tried. */
export const EXIT_USAGE = 2;

/** Ends a command. Each line goes to stderr and tells the operator what to do. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number;
  readonly lines: readonly string[];

  constructor(exitCode: number, lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options);
    this.exitCode = exitCode;
    this.lines = lines;
  }
}

/** The command line or the configuration is wrong; one line per problem. State: nothing was started. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(lines: readonly string[]) {
    super(EXIT_USAGE, lines);
  }
}

/** The operation was refused or failed. State: as the message says. */
export class OperationError extends CommandError {
  override readonly name = 'OperationError';

  constructor(line: string, options?: ErrorOptions) {
    super(EXIT_FAILED, [line], options);
  }
}

/** The text of anything that was thrown, without the `[CODE] ` that errors of this toolkit begin with. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node reports a refused connection to a name with several addresses as an AggregateError with an empty message.
  const message = error.message === '' ? (codeOf(error) ?? error.name) : error.message;
  return message.replace(/^\[[A-Z_]+\] /, '');
}

/** The stable code of an error of this toolkit or of Node, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
