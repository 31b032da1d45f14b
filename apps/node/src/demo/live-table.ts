/** What each agent sees, as a table that is drawn over itself on a terminal and printed on change elsewhere. */
import type { StatusView } from '../client/shapes.ts';
import { tableLines } from '../format/table.ts';
import type { Output } from '../terminal.ts';

/** One agent and what it answers; `undefined` when it does not. */
export interface LiveRow {
  readonly name: string;
  readonly pid: number;
  readonly gossip: string;
  readonly url: string;
  readonly status: StatusView | undefined;
}

/** Characters of a digest that are shown: enough to see that two are equal. */
const DIGEST_CHARACTERS = 8;

export function liveLines(rows: readonly LiveRow[]): string[] {
  const heading = ['AGENT', 'PID', 'GOSSIP', 'HTTP', 'ALIVE', 'SUSPECT', 'DEAD', 'LEFT', 'MEMBERS', 'STORE'];
  return tableLines([heading, ...rows.map(cellsOf)]);
}

function cellsOf({ name, pid, gossip, url, status }: LiveRow): string[] {
  if (status === undefined) return [name, String(pid), gossip, url, 'does not answer'];
  const { members, digests } = status;
  const counts = [members.alive, members.suspect, members.dead, members.left].map(String);
  return [name, String(pid), gossip, url, ...counts, ...[digests.members, digests.store].map(shortDigest)];
}

function shortDigest(digest: string): string {
  return digest.slice(0, DIGEST_CHARACTERS);
}

/** Draws lines over the lines that it drew before, or prints them when they have changed. */
export class LiveArea {
  readonly #output: Output;
  #drawn: readonly string[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  draw(lines: readonly string[]): void {
    if (lines.join('\n') === this.#drawn.join('\n')) return;
    if (this.#output.isTTY === true) {
      // A line that wraps would count as two when the next drawing goes back up.
      const width = this.#output.columns ?? Number.POSITIVE_INFINITY;
      const up = this.#drawn.length === 0 ? '' : `\u001b[${this.#drawn.length}A`;
      this.#output.write(`${up}\u001b[J${lines.map((line) => `${line.slice(0, width)}\n`).join('')}`);
    } else this.#output.write(`${lines.join('\n')}\n\n`);
    this.#drawn = lines;
  }
}
