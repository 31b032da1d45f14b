/** What a command may touch of its process. Tests give their own. */
import type { Readable, Writable } from 'node:stream';

/** An output stream. Those of a terminal also know that they are one. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  /** Data only. */
  readonly stdout: Output;
  /** Logs, notes and errors. */
  readonly stderr: Output;
  /** Aborted by the first SIGINT or SIGTERM. Reading it takes the signals over; before, they end the process. */
  readonly interrupted: AbortSignal;
}

/** Writes and waits until the stream has taken it, so that exiting right after loses nothing. */
export function write(output: Output, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

export function writeLine(output: Output, line: string): Promise<void> {
  return write(output, `${line}\n`);
}

/** Reads a stream to its end. */
export async function readAll(input: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
