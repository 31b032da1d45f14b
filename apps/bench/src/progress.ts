/** A progress bar on a terminal, and nothing elsewhere: logs of a run must not be full of it. */
import type { Output } from './terminal.ts';

const WIDTH = 30;
const LABEL_WIDTH = 14;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far a suite is. */
export class Progress {
  readonly #output: Output;
  readonly #label: string;
  readonly #totalCount: number;

  constructor(output: Output, label: string, totalCount: number) {
    this.#output = output;
    this.#label = label;
    this.#totalCount = totalCount;
    this.show(0);
  }

  show(doneCount: number): void {
    if (this.#output.isTTY !== true) return;
    const filled = Math.round((doneCount / Math.max(1, this.#totalCount)) * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    this.#output.write(`\r${this.#label.padEnd(LABEL_WIDTH)} ${bar} ${doneCount}/${this.#totalCount}`);
  }

  end(): void {
    if (this.#output.isTTY === true) this.#output.write(CLEAR_LINE);
  }
}
