/** Everything that a node counts, as metrics with names that Prometheus accepts. */
import type { Status } from '@hearsay/membership';
import type { Metric } from './counters.ts';
import type { Engine } from './engine.ts';
import { syncMetrics } from './sync-metrics.ts';

const STATUSES: readonly Status[] = ['alive', 'suspect', 'dead', 'left'];
const MS_PER_SECOND = 1_000;

/** Reads every counter and gauge of an engine. */
export function nodeMetrics(engine: Engine): readonly Metric[] {
  return [
    ...replicaMetrics(engine),
    ...storeMetrics(engine),
    ...syncMetrics(engine),
    ...detectorMetrics(engine),
    ...rumorMetrics(engine),
    ...trafficMetrics(engine),
    ...lossMetrics(engine),
    ...processMetrics(engine),
  ];
}

function replicaMetrics({ stack }: Engine): readonly Metric[] {
  const members = STATUSES.map((status) =>
    gauge('hearsay_members', 'Members by status, this node included.', stack.table.countOf(status), { status }),
  );
  return [
    ...members,
    gauge('hearsay_store_records', 'Records of the replicated store, tombstones included.', stack.store.recordCount),
    gauge('hearsay_rumors_logged', 'Rumors of the last minutes, kept for who missed them.', stack.rumors.log.size),
    gauge('hearsay_state_members', 'Members whose node state is held.', stack.state.originCount),
    gauge('hearsay_state_bytes', 'Keys and values of all node state.', stack.state.totalBytes),
    ...[...stack.state.refusedCounts].map(([reason, value]) =>
      counter('hearsay_state_refused_total', 'Node state of peers that was refused, by reason.', value, { reason }),
    ),
    gauge('hearsay_incarnation', 'Our incarnation: raised at each refutation.', stack.selfClaim.incarnation),
    gauge('hearsay_generation', 'Our generation: which life of this name we are.', stack.selfClaim.generation),
  ];
}

/** How far deletions have gone, and what was refused of peers. */
function storeMetrics(engine: Engine): readonly Metric[] {
  const { store, floorOutlook } = engine.stack;
  const wallMs = engine.wallMsAt(engine.nowMs());
  const ageMs = store.floorMs === 0 ? 0 : wallMs - store.floorMs;
  const heldBy = store.droppableCount === 0 ? '' : (floorOutlook.heldBy ?? '');
  return [
    gauge('hearsay_store_waiting', 'Records that wait until every member has seen their end.', store.droppableCount),
    counter(
      'hearsay_store_dropped_total',
      'Records dropped because every member had seen their end.',
      store.droppedCount,
    ),
    gauge('hearsay_store_floor_age_seconds', 'How far back the floor lies; 0 for no floor.', ageMs / MS_PER_SECOND),
    gauge(
      'hearsay_store_floor_held',
      'Whether a member keeps the floor from rising, and which.',
      heldBy === '' ? 0 : 1,
      {
        by: heldBy,
      },
    ),
    gauge(
      'hearsay_store_clock_ahead_seconds',
      'How far our stamps lie ahead of our clock; beyond the largest skew peers refuse them.',
      store.aheadMs(wallMs) / MS_PER_SECOND,
    ),
    ...[...store.refusedCounts].map(([reason, value]) =>
      counter('hearsay_store_refused_total', 'Records of peers that were refused, by reason.', value, { reason }),
    ),
  ];
}

/** Samples of one name stand together: the text format of Prometheus demands it. */
function trafficMetrics(engine: Engine): readonly Metric[] {
  const { packets, frames, connections, lookups } = engine.counters().transport;
  const byVia = (name: string, help: string, key: keyof typeof packets): Metric[] => [
    counter(name, help, packets[key], { via: 'packet' }),
    counter(name, help, frames[key], { via: 'stream' }),
  ];
  return [
    ...byVia('hearsay_sent_total', 'Packets and frames sent.', 'sentCount'),
    ...byVia('hearsay_sent_bytes_total', 'Bytes of payload sent.', 'sentBytes'),
    ...byVia('hearsay_received_total', 'Packets and frames received.', 'receivedCount'),
    ...byVia('hearsay_received_bytes_total', 'Bytes of payload received.', 'receivedBytes'),
    gauge('hearsay_connections', 'Open stream connections.', connections.inboundCount, { direction: 'in' }),
    gauge('hearsay_connections', 'Open stream connections.', connections.outboundCount, { direction: 'out' }),
    counter('hearsay_connections_failed_total', 'Connections that could not be made.', connections.failedCount),
    counter('hearsay_dns_lookups_total', 'DNS lookups.', lookups.startedCount),
    counter('hearsay_dns_lookups_failed_total', 'DNS lookups that failed.', lookups.failedCount),
  ];
}

function lossMetrics(engine: Engine): readonly Metric[] {
  const { transport, runtime, undecodable } = engine.counters();
  const dropHelp = 'What was not sent or not handed on, by reason.';
  const undecodableHelp = 'Packets and frames that were refused, by reason.';
  return [
    ...Object.entries(transport.drops).map(([reason, value]) =>
      counter('hearsay_dropped_total', dropHelp, value, { reason }),
    ),
    ...[...undecodable].map(([reason, value]) =>
      counter('hearsay_undecodable_total', undecodableHelp, value, { reason }),
    ),
    counter('hearsay_send_failed_total', 'Packets that could not be encoded or sent.', runtime.sendFailedCount),
    counter(
      'hearsay_unknown_destination_total',
      'Messages to members without a known address.',
      engine.stack.unknownDestinationCount,
    ),
    counter('hearsay_socket_errors_total', 'Errors of sockets and of DNS.', transport.errorCount),
  ];
}

/** What the failure detector thinks of itself and of others. */
function detectorMetrics({ stack: { detector, detectorCounts } }: Engine): readonly Metric[] {
  const passedHelp = 'What peers said of members, and the detector of the profile passed over, by reason.';
  const { refusedCount, droppedCount } = detectorCounts;
  return [
    counter('hearsay_detector_passed_over_total', passedHelp, refusedCount, { reason: 'implausible' }),
    counter('hearsay_detector_passed_over_total', passedHelp, droppedCount, { reason: 'bound' }),
    gauge('hearsay_local_health', 'How much this node distrusts its own view: 0 is well.', detector.localHealth),
    gauge('hearsay_news_waiting', 'Claims about members that wait to be sent on.', detector.newsCount),
    counter('hearsay_news_dropped_total', 'Claims dropped because too many waited.', detector.newsDroppedCount),
    gauge('hearsay_members_damped', 'Members that come and go, and are not asked to help.', detector.flaps.dampedCount),
  ];
}

/** What became of rumors. */
function rumorMetrics({ stack: { rumors } }: Engine): readonly Metric[] {
  const counts = rumors.counts();
  const endHelp = 'Rumors that were heard and not learned, by reason.';
  return [
    gauge('hearsay_rumors_hot', 'Rumors that are being spread from here.', rumors.hotCount),
    gauge('hearsay_rumors_hot_bytes', 'Their bytes.', rumors.hotBytes),
    counter('hearsay_rumors_learned_total', 'Rumors learned and published.', counts.learned),
    counter('hearsay_rumors_recovered_total', 'Rumors learned from the log of a peer.', counts.recovered),
    counter('hearsay_rumors_pushed_total', 'Rumors pushed, each once per peer.', counts.pushed),
    counter(
      'hearsay_rumors_branched_total',
      'Rumors sent along a broadcast tree, each once per peer.',
      counts.branched,
    ),
    counter('hearsay_rumors_redundant_total', 'Rumors that came along a tree and were known.', counts.redundant),
    counter(
      'hearsay_rumor_tallies_lost_total',
      'Exact counts that nobody took, or too many at once.',
      counts.tallyLost,
    ),
    counter('hearsay_rumors_grafted_total', 'Rumors asked for because they were announced only.', counts.grafted),
    counter('hearsay_rumors_unlearned_total', endHelp, counts.duplicate, { reason: 'duplicate' }),
    counter('hearsay_rumors_unlearned_total', endHelp, counts.expired, { reason: 'expired' }),
    counter('hearsay_rumors_unlearned_total', endHelp, counts.replaced, { reason: 'replaced' }),
    counter('hearsay_rumors_unlearned_total', endHelp, counts.refused, { reason: 'refused' }),
    counter('hearsay_rumors_dropped_total', 'Rumors no longer spread at a bound.', counts.dropped),
    counter('hearsay_rumors_early_total', 'Rumors not logged: their clock is too far ahead.', counts.early),
    counter('hearsay_rumor_bodies_served_total', 'Large rumors given to peers that fetched them.', counts.served),
    counter('hearsay_rumor_fetches_retried_total', 'Large rumors asked for again, of another.', counts.fetchRetried),
    counter(
      'hearsay_rumor_fetches_failed_total',
      'Large rumors left to the log.',
      counts.fetchGivenUp + counts.fetchIgnored,
    ),
    counter('hearsay_rumors_log_dropped_total', 'Rumors no longer logged at a bound.', counts.logDropped),
    counter('hearsay_rumor_lives_forgotten_total', 'Lives of origins forgotten at a bound.', counts.forgottenLife),
    counter('hearsay_rumor_gaps_closed_total', 'Gaps in numbers taken for seen at a bound.', counts.closedGap),
  ];
}

function processMetrics(engine: Engine): readonly Metric[] {
  const lagSeconds = engine.lagMs() / MS_PER_SECOND;
  return [gauge('hearsay_event_loop_lag_seconds', 'How late our own timers fired at most lately.', lagSeconds)];
}

function counter(name: string, help: string, value: number, labels: Readonly<Record<string, string>> = {}): Metric {
  return { name, help, type: 'counter', value, labels };
}

function gauge(name: string, help: string, value: number, labels: Readonly<Record<string, string>> = {}): Metric {
  return { name, help, type: 'gauge', value, labels };
}
