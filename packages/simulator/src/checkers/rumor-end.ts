/** The spreading of a rumor ends: in a quiet cluster nobody pushes it any more, long enough after the last has learned it. */
import { formatRumorId } from '@hearsay/rumor';
import type { Packet, StackEvent } from '@hearsay/stack';
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';
import type { TracedSend } from '../trace.ts';

export class RumorEnd implements ClusterChecker {
  readonly name = "a rumor's spreading ends";
  checkedCount = 0;
  readonly #learnedMs = new Map<string, number>();
  #quietSinceMs = Number.POSITIVE_INFINITY;
  #boundMs = 0;

  /** From `timeMs` on a rumor is pushed for at most `boundMs` after somebody has learned it. */
  expectEnd(timeMs: number, boundMs: number): void {
    this.#quietSinceMs = timeMs;
    this.#boundMs = boundMs;
  }

  onEvent(_life: Life, event: StackEvent, timeMs: number): void {
    if (event.type === 'rumor-learned') this.#learnedMs.set(formatRumorId(event.rumor.id), timeMs);
  }

  onSend({ from, to }: TracedSend, { messages }: Packet, timeMs: number): void {
    for (const { protocol, message } of messages) {
      if (protocol !== 'rumor' || message.type !== 'push') continue;
      for (const rumor of message.rumors) this.#check(formatRumorId(rumor.id), `${from} to ${to}`, timeMs);
    }
  }

  #check(id: string, way: string, timeMs: number): void {
    this.checkedCount += 1;
    const learnedMs = Math.max(this.#quietSinceMs, this.#learnedMs.get(id) ?? 0);
    must(
      this,
      timeMs - learnedMs <= this.#boundMs || learnedMs === Number.POSITIVE_INFINITY,
      () => `${id} is pushed from ${way} ${(timeMs - learnedMs).toFixed(0)} ms after it was learned`,
    );
  }
}
