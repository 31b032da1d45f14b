/** What anti-entropy counts, by replica: what it costs, and what of it was in vain. */
import type { ReplicaCounts } from '@hearsay/stack';
import type { Metric } from './counters.ts';

type Key = keyof ReplicaCounts['store'];

/** Samples of one name stand together: the text format of Prometheus demands it. */
const SYNC_METRICS: readonly (readonly [name: string, type: 'counter' | 'gauge', key: Key, help: string])[] = [
  ['hearsay_sync_sessions', 'gauge', 'sessionCount', 'Sessions of ours that are open, by replica.'],
  ['hearsay_sync_digest_bytes', 'gauge', 'treeBytes', 'Memory of the digests, keys not counted, by replica.'],
  ['hearsay_sync_retries_total', 'counter', 'retryCount', 'Requests sent again because no whole answer came.'],
  ['hearsay_sync_late_total', 'counter', 'lateCount', 'Parts of answers that were known already, or came too late.'],
  ['hearsay_sync_ignored_total', 'counter', 'ignoredCount', 'Messages that no honest peer could have sent.'],
  ['hearsay_sync_throttled_total', 'counter', 'throttledCount', 'Records kept back: the peer had its bytes for now.'],
  ['hearsay_sync_forgotten_total', 'counter', 'forgottenCount', 'Sessions of peers forgotten because of their number.'],
  ['hearsay_sync_cut_total', 'counter', 'cutCount', 'Answers cut because too many long ones were being said.'],
  ['hearsay_sync_repaired_total', 'counter', 'repairedCount', 'Digests that the background check put right: a bug.'],
];

export function syncMetrics({
  stack,
}: {
  readonly stack: { readonly replicaCounts: ReplicaCounts };
}): readonly Metric[] {
  const counts = Object.entries(stack.replicaCounts);
  return SYNC_METRICS.flatMap(([name, type, key, help]) =>
    counts.map(([replica, of]) => ({ name, help, type, value: of[key], labels: { replica } })),
  );
}
