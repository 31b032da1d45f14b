/** Notes which rumors were seen, now and then, where what is noted outlives the process. */
import type { Outbox } from '@hearsay/core';
import { type RumorConfig, SEEN_NOTE_BYTES } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatSeen, type Notes, parseSeen, SEEN_NOTE } from './seen-note.ts';
import type { SeenRumors } from './seen-rumors.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** Without `notes` it does nothing. */
export class SeenKeeper {
  readonly #config: Readonly<RumorConfig>;
  readonly #seen: SeenRumors;
  readonly #notes: Notes | undefined;
  /** Something was seen that is not noted. A `note` is scheduled then. */
  #isDirty = false;
  #noteBytes = 0;

  /** Takes up what was noted in an earlier life. */
  constructor(config: Readonly<RumorConfig>, seen: SeenRumors, notes: Notes | undefined) {
    this.#config = config;
    this.#seen = seen;
    this.#notes = notes;
    for (const life of parseSeen(notes?.note(SEEN_NOTE) ?? '')) seen.restore(life);
  }

  /** A rumor was seen. The longer the note, the less often it is written. */
  onSeen(out: RumorOutbox): void {
    if (this.#notes === undefined || this.#isDirty) return;
    this.#isDirty = true;
    const factor = Math.ceil((this.#noteBytes + 1) / SEEN_NOTE_BYTES);
    out.schedule({ type: 'note' }, this.#config.seenNoteMs * factor);
  }

  /** Notes what is not noted yet. */
  settle(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const text = formatSeen(this.#seen.lives());
    this.#noteBytes = text.length;
    this.#notes?.setNote(SEEN_NOTE, text);
  }
}
