/** An outbox that only remembers: for tests, examples and tools that look at what one step asked for. */
import type { Outbox, Via } from './envelope.ts';
import type { NodeId } from './identity.ts';

/** Everything asked for since the last `clear`, in order. */
export class RecordingOutbox<M, T, E> implements Outbox<M, T, E> {
  readonly sends: { readonly to: NodeId; readonly message: M; readonly via: Via }[] = [];
  readonly timers: { readonly timer: T; readonly delayMs: number }[] = [];
  readonly events: E[] = [];

  send(to: NodeId, message: M, via: Via = 'packet'): void {
    this.sends.push({ to, message, via });
  }

  schedule(timer: T, delayMs: number): void {
    this.timers.push({ timer, delayMs });
  }

  notify(event: E): void {
    this.events.push(event);
  }

  clear(): void {
    this.sends.length = 0;
    this.timers.length = 0;
    this.events.length = 0;
  }
}
