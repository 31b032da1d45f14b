/** Which rumors an agent has told a client of its event stream. */

const ID = /"id":"[^"]*:(\d+)"/;

/** Counts the rumors of one origin, which have the numbers 1 to `rumorCount`. */
export class Deliveries {
  #rest = '';
  #seen;
  count = 0;
  twiceCount = 0;
  /** Events that the stream had to leave out, or that are of no rumor of ours. */
  strangeCount = 0;
  /** When the last new one came. */
  lastMs = 0;

  /** @param {number} rumorCount @param {() => void} onDone */
  constructor(rumorCount, onDone) {
    this.#seen = new Uint8Array(rumorCount + 1);
    this.rumorCount = rumorCount;
    this.onDone = onDone;
  }

  /** A piece of the stream, cut anywhere. @param {string} text */
  take(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) this.#note(line);
  }

  /** @param {string} line */
  #note(line) {
    const number = Number(ID.exec(line)?.[1]);
    if (!(number >= 1 && number <= this.rumorCount)) {
      this.strangeCount += 1;
      return;
    }
    if (this.#seen[number] === 1) {
      this.twiceCount += 1;
      return;
    }
    this.#seen[number] = 1;
    this.count += 1;
    this.lastMs = performance.now();
    if (this.count === this.rumorCount) this.onDone();
  }
}
