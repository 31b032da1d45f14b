/**
 * Records that go to peers over several turns. To read and encode thousands takes a tenth of a second, and for so long
 * nobody would be probed and no ping be answered.
 *
 *   an answer of 500 records --> 64 now, the others in slices, one per turn, in turns with those of other answers
 */
import type { Outbox } from '@hearsay/core';
import { LATER_ANSWER_COUNT_MAX } from './config.ts';
import type { AntiEntropyBody, AntiEntropyEvent, AntiEntropyMessage, AntiEntropyTimer } from './messages.ts';
import type { Scope, Walk } from './walk.ts';

type AntiEntropyOutbox<R> = Outbox<AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>;

/** What is still to be pushed in one answer. */
export interface LaterPush<R> {
  /** Only those that are still held are pushed, as they are then. */
  readonly keys: readonly string[];
  readonly scope: Omit<Scope<R>, 'postpone'>;
  /** Whether it goes by stream, in large messages. */
  readonly isLong: boolean;
  /** Whether anybody waits for it still. */
  readonly isWanted: () => boolean;
  /** Sends the next slice. It may be empty. */
  readonly say: (
    bodies: readonly AntiEntropyBody<R>[],
    isLast: boolean,
    nowMs: number,
    out: AntiEntropyOutbox<R>,
  ) => void;
}

/** One per core, for its answers in both roles. Full, it refuses: the answer is then cut. */
export class LaterPushes<R> {
  readonly #walk: Walk<R>;
  #waiting: LaterPush<R>[] = [];
  #isScheduled = false;
  #refusedCount = 0;

  constructor(walk: Walk<R>) {
    this.#walk = walk;
  }

  /** Answers that were cut because too many were waiting. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Whether one more answer may wait. */
  hasRoom(): boolean {
    const hasRoom = this.#waiting.length < LATER_ANSWER_COUNT_MAX;
    if (!hasRoom) this.#refusedCount += 1;
    return hasRoom;
  }

  add(push: LaterPush<R>, out: AntiEntropyOutbox<R>): void {
    this.#waiting.push(push);
    if (!this.#isScheduled) this.#schedule(out);
  }

  /** One slice of the answer whose turn it is. */
  goOn(nowMs: number, out: AntiEntropyOutbox<R>): void {
    this.#isScheduled = false;
    this.#waiting = this.#waiting.filter(({ isWanted }) => isWanted());
    const push = this.#waiting.shift();
    if (push === undefined) return;
    let rest: readonly string[] = [];
    const scope = {
      ...push.scope,
      postpone: (keys: readonly string[]) => {
        rest = keys;
        return true;
      },
    };
    const bodies = this.#walk.pushSlice(push.keys, scope, push.isLong);
    if (rest.length > 0) this.#waiting.push({ ...push, keys: rest });
    push.say(bodies, rest.length === 0, nowMs, out);
    if (this.#waiting.length > 0 && !this.#isScheduled) this.#schedule(out);
  }

  #schedule(out: AntiEntropyOutbox<R>): void {
    this.#isScheduled = true;
    out.schedule({ type: 'go-on' }, 0);
  }
}
