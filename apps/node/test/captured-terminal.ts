/** A terminal whose output is kept. */
import { Readable, Writable } from 'node:stream';
import type { Terminal } from '../src/terminal.ts';

export class CapturedOutput extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly #chunks: Buffer[] = [];

  constructor({ isTTY = false, columns = 80 }: { isTTY?: boolean; columns?: number } = {}) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
  }
}

export function capturedTerminal(
  env: Record<string, string> = {},
  input = '',
): Terminal & {
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  readonly interruption: AbortController;
} {
  const interruption = new AbortController();
  return {
    env,
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout: new CapturedOutput(),
    stderr: new CapturedOutput(),
    interrupted: interruption.signal,
    interruption,
  };
}
