/** One item of the broadcast queue while it waits. Its owner changes it only while it is in no tree. */
import type { Priority } from './priority.ts';

/** What was offered, and how it has fared. */
export interface WaitingNews<V> {
  readonly key: string;
  readonly priority: Priority;
  readonly sizeBytes: number;
  readonly value: V;
  /** When it is of no use any more; `Infinity` for never. */
  readonly expiresAtMs: number;
  /** Number of arrival: larger is newer. */
  readonly arrival: number;
  transmissions: number;
  /** When it was offered or last transmitted, as far as the queue knew the time. */
  waitingSinceMs: number;
}
