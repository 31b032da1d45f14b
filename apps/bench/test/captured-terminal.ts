/** A terminal whose output is kept. */
import { Writable } from 'node:stream';
import type { Terminal } from '../src/terminal.ts';

export class CapturedOutput extends Writable {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

export function capturedTerminal(): Terminal & {
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  readonly interruption: AbortController;
} {
  const interruption = new AbortController();
  return {
    stdout: new CapturedOutput(),
    stderr: new CapturedOutput(),
    interrupted: interruption.signal,
    interruption,
  };
}
