/**
 * The record of a run: every command, message, timer, send, event and fault, in order. A digest over it is kept unless
 * it is not wanted; the lines, which cost far more, only when asked for.
 *
 * A message is digested once, where it is sent, and has a number from then on: its arrival names the number.
 */
import type { NodeId, Via } from '@hearsay/core';
import { Digest } from './digest.ts';
import { textOf } from './text.ts';

const CODE = Object.freeze({ command: 1, timer: 2, event: 3, fault: 4, send: 5, arrival: 6, loss: 7 });
const TIME_DIGITS = 3;

/** One message between two nodes, as the trace tells of it. */
export interface TracedSend {
  /** Counts all messages of a run, from 1. */
  readonly number: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly via: Via;
  /** 0 when not known. */
  readonly sizeBytes: number;
}

/** Digest and lines of one run. */
export class Trace {
  readonly #digest = new Digest();
  readonly #lineCountMax: number;
  readonly #isKept: boolean;
  /** A ring once it is full: the oldest line is at `#entryCount % lineCountMax`. */
  readonly #lines: string[] = [];
  #entryCount = 0;

  /** @param lineCountMax newest lines kept, 0 for none. @param isKept false: nothing is taken note of. */
  constructor(lineCountMax: number, isKept = true) {
    this.#lineCountMax = lineCountMax;
    this.#isKept = isKept;
  }

  /** Equal for two runs when all their entries are, and else only by one chance in 2^64. */
  get digest(): string {
    return this.#digest.hex;
  }

  /** Entries so far, whether their lines were kept or not. */
  get entryCount(): number {
    return this.#entryCount;
  }

  /** The newest lines, oldest first: time in ms, node, what happened, content. Messages carry their number. */
  lines(): string[] {
    if (this.#entryCount <= this.#lineCountMax) return [...this.#lines];
    const start = this.#entryCount % this.#lineCountMax;
    return [...this.#lines.slice(start), ...this.#lines.slice(0, start)];
  }

  /** An input that is no message, an event of a node, or something that the scenario did to the world. */
  note(timeMs: number, kind: 'command' | 'timer' | 'event' | 'fault', id: NodeId, content: unknown): void {
    if (!this.#isKept) return;
    this.#begin(timeMs, CODE[kind], id);
    this.#digest.value(content);
    this.#end(() => `${at(timeMs)} ${id} ${kind} ${textOf(content)}`);
  }

  /** `content` is what the digest takes: the encoded bytes where there are any, else the message itself. */
  sent(timeMs: number, send: TracedSend, content: unknown, message: unknown): void {
    if (!this.#isKept) return;
    this.#begin(timeMs, CODE.send, send.from);
    this.#digest.text(send.to);
    this.#digest.word(send.via === 'stream' ? 1 : 0);
    this.#digest.value(content);
    const size = send.sizeBytes > 0 ? ` ${send.sizeBytes} B` : '';
    this.#end(
      () => `${at(timeMs)} ${send.from} send #${send.number} to ${send.to} by ${send.via}${size} ${textOf(message)}`,
    );
  }

  arrived(timeMs: number, send: TracedSend): void {
    if (!this.#isKept) return;
    this.#begin(timeMs, CODE.arrival, send.to);
    this.#digest.number(send.number);
    this.#end(() => `${at(timeMs)} ${send.to} message #${send.number} from ${send.from} by ${send.via}`);
  }

  lost(timeMs: number, send: TracedSend, reason: string): void {
    if (!this.#isKept) return;
    this.#begin(timeMs, CODE.loss, reason);
    this.#digest.number(send.number);
    this.#end(() => `${at(timeMs)} ${send.to} lost #${send.number} from ${send.from}: ${reason}`);
  }

  #begin(timeMs: number, code: number, id: string): void {
    this.#digest.word(code);
    this.#digest.number(timeMs);
    this.#digest.text(id);
  }

  #end(line: () => string): void {
    if (this.#lineCountMax > 0) this.#lines[this.#entryCount % this.#lineCountMax] = line();
    this.#entryCount += 1;
  }
}

function at(timeMs: number): string {
  return timeMs.toFixed(TIME_DIGITS);
}
