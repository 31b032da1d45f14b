/** The spreading of a rumor ends: when the cluster has been quiet for long enough, nobody pushes any. */
import type { Packet } from '@hearsay/stack';
import { type ClusterChecker, must } from '../cluster-history.ts';
import type { TracedSend } from '../trace.ts';

export class RumorEnd implements ClusterChecker {
  readonly name = "a rumor's spreading ends";
  checkedCount = 0;
  #lastPush = 'none';
  #lastPushMs = Number.NEGATIVE_INFINITY;
  #silentSinceMs = Number.POSITIVE_INFINITY;

  /** From `timeMs` on no rumor is to be pushed. */
  expectSilence(timeMs: number): void {
    this.#silentSinceMs = timeMs;
  }

  onSend({ from, to }: TracedSend, { messages }: Packet, timeMs: number): void {
    if (!messages.some(({ protocol, message }) => protocol === 'rumor' && message.type === 'push')) return;
    this.checkedCount += 1;
    this.#lastPushMs = timeMs;
    this.#lastPush = `${from} to ${to} at ${timeMs.toFixed(0)} ms`;
  }

  onEnd(): void {
    must(
      this,
      this.#lastPushMs < this.#silentSinceMs,
      () => `still pushed by ${this.#lastPush}, silent since ${this.#silentSinceMs}`,
    );
  }
}
