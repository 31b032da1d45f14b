/** Pings whose answer the application waits for. */
import type { StackEvent } from '@hearsay/stack';
import { StoppedError } from './errors.ts';
import type { PingResult } from './node.ts';

interface Waiting {
  readonly resolve: (result: PingResult | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** As many as the failure detector carries at one time: it answers each, one way or the other. */
export class PendingPings {
  readonly #waiting = new Map<number, Waiting>();
  #lastToken = 0;

  /** A token for the command, and what it will come to. */
  begin(): { readonly token: number; readonly result: Promise<PingResult | undefined> } {
    this.#lastToken += 1;
    const token = this.#lastToken;
    const result = new Promise<PingResult | undefined>((resolve, reject) => {
      this.#waiting.set(token, { resolve, reject });
    });
    return { token, result };
  }

  note(event: StackEvent): void {
    if (event.type !== 'ping-ended') return;
    const waiting = this.#waiting.get(event.token);
    this.#waiting.delete(event.token);
    waiting?.resolve(event.path && { path: event.path, rttMs: event.rttMs });
  }

  /** The node was stopped: no more answers come. */
  close(): void {
    for (const { reject } of this.#waiting.values()) reject(new StoppedError());
    this.#waiting.clear();
  }
}
