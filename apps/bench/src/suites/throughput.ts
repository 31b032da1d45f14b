/**
 * Many rumors through real agents: processes of their own, spoken to over HTTP as applications do, one of which
 * publishes as fast as it is let. What is delivered is counted where applications get it, at the event streams.
 */
import { check } from '../check.ts';
import type { Findings, Row } from '../result.ts';
import { type Job, numberOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';
import { type AgentsReport, agentsObstacle, measuresOf, runAgents } from './agents-program.ts';

const AGENT_COUNT = 10;
const RUMOR_COUNT = 10_000;
const QUICK_AGENT_COUNT = 4;
const QUICK_RUMOR_COUNT = 500;
const PAYLOAD_BYTES = 200;
const BATCH_COUNT = 500;
/** By pushes to random agents, and along a broadcast tree. */
const WAYS = ['push', 'tree'] as const;
type Way = (typeof WAYS)[number];
const US_PER_SECOND = 1_000_000;
const PERCENT = 100;
/** Pushes of a rumor by each agent that has it. Source: `rumor.pushCountMin`; the limit is below it up to 99 agents. */
const PUSH_COUNT = 8;
/**
 * Bytes that a packet costs beside the payloads of a full one, per payload byte: 46 of each rumor, and the rests.
 * Source: own measurement; full packets, which only a burst has.
 */
const FRAMING_SHARE = 0.5;

/**
 * What may be sent along a tree, as a share of what pushes send: each agent gets a rumor once, and what is late once more.
 * Source: own measurement, 0.38 on a machine with so much else to do that half of it was late.
 */
const TREE_SHARE_MAX = 0.5;

/** One run of the agents. */
interface Run {
  readonly way: Way;
  readonly report: AgentsReport;
}

/** The suite. */
export const throughput: Suite = {
  name: 'throughput',
  title: 'Many rumors through real agents',
  about:
    `Real agents on loopback, ${AGENT_COUNT} of them, each a process. One is told ${RUMOR_COUNT} rumors of ${PAYLOAD_BYTES} bytes over ` +
    'its HTTP API, in batches, each as soon as the last was taken. A client of each agent counts what its event stream ' +
    'tells. Bytes, packets and CPU are by the metrics of the agents, from the first rumor until nothing is spread any more.',
  isSerial: true,
  isOnRequest: true,

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const agentCount = isQuick ? QUICK_AGENT_COUNT : AGENT_COUNT;
    const rumorCount = isQuick ? QUICK_RUMOR_COUNT : RUMOR_COUNT;
    return WAYS.map((way) => ({
      seed,
      agentCount,
      rumorCount,
      payloadBytes: PAYLOAD_BYTES,
      batchCount: BATCH_COUNT,
      way,
    }));
  },

  run(job: Job): Outcome {
    const obstacle = agentsObstacle();
    if (obstacle !== undefined) return { obstacle };
    return runAgents({
      agentCount: numberOf(job, 'agentCount'),
      rumorCount: numberOf(job, 'rumorCount'),
      payloadBytes: numberOf(job, 'payloadBytes'),
      batchCount: numberOf(job, 'batchCount'),
      way: wayOf(job),
    });
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const obstacle = outcomes[0]?.obstacle;
    if (obstacle !== undefined) {
      return { parameters: {}, rows: [], checks: [], plots: [], notes: [`skipped: ${obstacle}`] };
    }
    const reports = jobs.map((job, index) => {
      const report = measuresOf((key) => numberOf(outcomes[index] ?? {}, key));
      return { way: wayOf(job), report };
    });
    return {
      parameters: { payloadBytes: PAYLOAD_BYTES, batch: BATCH_COUNT },
      rows: reports.map(rowOf),
      checks: [...reports.flatMap(checksOf), ...sharesOf(reports)],
      plots: [],
      notes: [
        'rates and CPU are those of this machine, with whatever else it does; what is checked does not depend on it',
        'a delivery is one rumor at one agent other than the publisher; its bytes are those of the payload',
        'by the log: deliveries that anti-entropy made before a push did, as it may while both are under way',
      ],
    };
  },
};

function deliveryCountOf({ agents, rumors }: AgentsReport): number {
  return (agents - 1) * rumors;
}

function wayOf(job: Job): Way {
  const way = WAYS.find((one) => one === job.way);
  if (way === undefined) throw new TypeError('way is missing');
  return way;
}

/** Sent by all agents, for each byte of payload that was delivered. */
function bytesRatio(report: AgentsReport): number {
  return (report.packetBytes + report.frameBytes) / (deliveryCountOf(report) * report.bytes);
}

function rowOf({ way, report }: Run): Row {
  const deliveryCount = deliveryCountOf(report);
  return {
    way,
    agents: report.agents,
    rumors: report.rumors,
    'rumors/s': report.rumors / report.seconds,
    'CPU µs/delivery': (report.cpuSeconds * US_PER_SECOND) / deliveryCount,
    "publisher's CPU µs/rumor": (report.publisherCpuSeconds * US_PER_SECOND) / report.rumors,
    'bytes/byte': bytesRatio(report),
    'packets/delivery': report.packets / deliveryCount,
    'copies/delivery': (report.duplicates + deliveryCount) / deliveryCount,
    'by the log, %': (report.recovered / deliveryCount) * PERCENT,
    'told to wait': report.busy,
    suspicions: report.suspicions,
  };
}

function checksOf({ way, report }: Run): Findings['checks'] {
  const { agents, missed, twice, strange, pushed } = report;
  const exactly = { kind: 'absolute', amount: 0 } as const;
  const delivered = [
    check(`${way}: deliveries missed`, 0, missed, exactly),
    check(`${way}: delivered twice, or never published`, 0, twice + strange, exactly),
  ];
  if (way === 'tree') return delivered;
  const copies = (PUSH_COUNT * agents) / (agents - 1);
  const bytesMax = copies * (1 + FRAMING_SHARE);
  return [
    ...delivered,
    check('push: rumors pushed per delivery', copies, pushed / deliveryCountOf(report), { kind: 'at-most' }),
    check('push: bytes sent per byte delivered', bytesMax, bytesRatio(report), { kind: 'at-most' }),
  ];
}

/** Which way takes more is no matter of the machine, as both have the same one. */
function sharesOf(runs: readonly Run[]): Findings['checks'] {
  const [push, tree] = WAYS.map((way) => runs.find((run) => run.way === way)?.report);
  if (push === undefined || tree === undefined) return [];
  const share = bytesRatio(tree) / bytesRatio(push);
  return [check('bytes along a tree, as a share of those of pushes', TREE_SHARE_MAX, share, { kind: 'at-most' })];
}
