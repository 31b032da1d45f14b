/** What a command may touch of its process. Tests give their own. */
import type { Writable } from 'node:stream';

/** An output stream. Those of a terminal also know that they are one. */
export type Output = Writable & { readonly isTTY?: boolean };

export interface Terminal {
  /** Tables and JSON. */
  readonly stdout: Output;
  /** Progress and errors. */
  readonly stderr: Output;
  /** Aborted by the first SIGINT or SIGTERM. Reading it takes the signals over; before, they end the process. */
  readonly interrupted: AbortSignal;
}

/** Writes and waits until the stream has taken it, so that exiting right after loses nothing. */
export function writeLine(output: Output, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
