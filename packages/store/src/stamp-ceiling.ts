/**
 * A promise on disk: no stamp above it was ever issued. The next life starts there, so that it never repeats a stamp,
 * also when the clock was set back or the last writes did not reach the disk.
 */
import type { StoreEngine } from './engine.ts';

const CEILING_NOTE = 'stamp-ceiling';

/** Kept ahead of the clock, and renewed early: the note must reach the disk before a stamp reaches it. */
export class StampCeiling {
  readonly #engine: StoreEngine;
  readonly #aheadMs: number;
  #ceilingMs: number;

  constructor(engine: StoreEngine, aheadMs: number) {
    this.#engine = engine;
    this.#aheadMs = aheadMs;
    const note = Number(engine.note(CEILING_NOTE) ?? 0);
    this.#ceilingMs = Number.isSafeInteger(note) ? note : 0;
  }

  /** Wall milliseconds; 0 in the first life. */
  get ms(): number {
    return this.#ceilingMs;
  }

  /** To be called with every stamp that is issued, before anybody sees it. */
  cover(wallMs: number): void {
    if (wallMs + this.#aheadMs / 2 > this.#ceilingMs) this.#save(wallMs + this.#aheadMs);
  }

  /** No stamp will be issued any more: the next life may go on right after the last one. */
  settle(lastWallMs: number): void {
    this.#save(lastWallMs + 1);
  }

  #save(ceilingMs: number): void {
    this.#ceilingMs = ceilingMs;
    this.#engine.setNote(CEILING_NOTE, String(ceilingMs));
  }
}
