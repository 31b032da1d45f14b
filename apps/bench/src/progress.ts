/** A progress bar on a terminal, and nothing elsewhere: logs of a run must not be full of it. */

const WIDTH = 30;

/** Shows how far a suite is. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #label: string;
  readonly #totalCount: number;

  constructor(stream: NodeJS.WriteStream, label: string, totalCount: number) {
    this.#stream = stream;
    this.#label = label;
    this.#totalCount = totalCount;
    this.show(0);
  }

  show(doneCount: number): void {
    if (!this.#stream.isTTY) return;
    const share = this.#totalCount === 0 ? 1 : doneCount / this.#totalCount;
    const filled = Math.round(share * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    this.#stream.write(`\r${this.#label.padEnd(14)} ${bar} ${doneCount}/${this.#totalCount}`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[2K');
  }
}
