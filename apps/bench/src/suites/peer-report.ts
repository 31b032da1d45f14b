/** What a peer program prints: one line of JSON per phase. Read strictly, so that the two programs cannot drift apart. */

/** The programs, in the order in which they take turns. */
export const PEERS = ['hearsay', 'memberlist'] as const;
export type Peer = (typeof PEERS)[number];

/** Everything that one run measured, by `phase.measure`. What did not happen before a phase's limit is missing. */
export type Measures = Readonly<Record<string, number>>;

/** The report of one run. */
export interface PeerReport {
  readonly peer: Peer;
  readonly version: string;
  readonly measures: Measures;
}

/** Always there. */
type Kind = 'number' /** Null when it did not happen in time. */ | 'time';

const RATES = ['cpuMs', 'udpPackets', 'udpBytes', 'tcpMessages', 'tcpBytes'] as const;
const TRAFFIC: Readonly<Record<string, Kind>> = { seconds: 'number' };
const FALSE_ALARMS: Readonly<Record<string, Kind>> = { suspicions: 'number', falseDeadViews: 'number' };

/** The fields of each phase's line beside the heading, and whether it has rates. */
const PHASES: Readonly<
  Record<string, { readonly hasRates: boolean; readonly fields: Readonly<Record<string, Kind>> }>
> = {
  join: { hasRates: false, fields: { mostMs: 'time', allMs: 'time', missingPairs: 'number' } },
  steady: { hasRates: true, fields: { ...TRAFFIC, ...FALSE_ALARMS, heapKib: 'number', rssKib: 'number' } },
  broadcast: {
    hasRates: true,
    fields: { ...TRAFFIC, messages: 'number', halfMs: 'time', mostMs: 'time', allMs: 'time', missed: 'number' },
  },
  loss: { hasRates: true, fields: { ...TRAFFIC, ...FALSE_ALARMS, lossPerMille: 'number' } },
  detection: {
    hasRates: false,
    fields: {
      kills: 'number',
      firstSuspectMs: 'time',
      firstDeadMs: 'time',
      allKnowMs: 'time',
      missingViews: 'number',
      falseDeadViews: 'number',
    },
  },
};

/** Names of all phases, in the order in which they run. */
export const PHASE_NAMES: readonly string[] = Object.keys(PHASES);

/**
 * Reads what a run printed. Throws `TypeError` unless it is one line for each of `phases`, in their order, of one peer,
 * with all the fields of its phase and no others.
 */
export function parseReport(text: string, phases: readonly string[] = PHASE_NAMES): PeerReport {
  const lines = text.trim() === '' ? [] : text.trim().split('\n').map(parseLine);
  const found = lines.map(({ phase }) => phase);
  if (found.join() !== phases.join())
    throw new TypeError(`lines of ${found.join() || 'no phase'}, not of ${phases.join()}`);
  const [first] = lines;
  if (first === undefined || lines.some(({ peer, version }) => peer !== first.peer || version !== first.version)) {
    throw new TypeError('lines of no peer, or of several');
  }
  const entries = lines.flatMap(({ phase, values }) =>
    Object.entries(values).map(([key, value]) => [`${phase}.${key}`, value] as const),
  );
  return { peer: first.peer, version: first.version, measures: Object.fromEntries(entries) };
}

interface Line {
  readonly peer: Peer;
  readonly version: string;
  readonly phase: string;
  readonly values: Measures;
}

function parseLine(text: string): Line {
  const { peer, version, phase, nodes, preset, seed, ...rest } = objectOf(JSON.parse(text), 'a line');
  const known = PEERS.find((one) => one === peer);
  const shape = typeof phase === 'string' ? PHASES[phase] : undefined;
  if (known === undefined) throw new TypeError(`peer is ${JSON.stringify(peer)}`);
  if (typeof phase !== 'string' || shape === undefined) throw new TypeError(`phase is ${JSON.stringify(phase)}`);
  if (typeof version !== 'string' || typeof preset !== 'string') throw new TypeError(`${phase}: no version or preset`);
  numbersOf({ nodes, seed }, { nodes: 'number', seed: 'number' }, phase);
  const { perNodeSecond, ...fields } = rest;
  const rateKinds = Object.fromEntries(RATES.map((key) => [key, 'number' as const]));
  const rates = shape.hasRates ? numbersOf(objectOf(perNodeSecond, phase), rateKinds, phase) : {};
  if (!shape.hasRates && perNodeSecond !== undefined) throw new TypeError(`${phase}: perNodeSecond is not expected`);
  return { peer: known, version, phase, values: { ...rates, ...numbersOf(fields, shape.fields, phase) } };
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what} is ${JSON.stringify(value)}`);
  return { ...value };
}

/** The numbers among `values`, which must have exactly the keys of `kinds`. */
function numbersOf(
  values: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, Kind>>,
  phase: string,
): Measures {
  const unexpected = Object.keys(values).find((key) => !Object.hasOwn(kinds, key));
  if (unexpected !== undefined) throw new TypeError(`${phase}: ${unexpected} is not expected`);
  const measures: Record<string, number> = {};
  for (const [key, kind] of Object.entries(kinds)) {
    const value = values[key];
    if (typeof value === 'number') measures[key] = value;
    else if (kind !== 'time' || value !== null) throw new TypeError(`${phase}: ${key} is ${JSON.stringify(value)}`);
  }
  return measures;
}
