/**
 * What the suite `demers` simulates: the experiments of [Demers §1.4] with the figures that the report prints, the
 * variations that it describes, and the same without synchronous cycles.
 */
import { type SpreadConfig, spreadConfig } from '@hearsay/damping';
import type { ContactProcess, Direction } from './contact-process.ts';

/** A printed figure: how many digits it was printed with limits how closely it can be met. */
export interface Printed {
  readonly value: number;
  /** Half of the last digit. */
  readonly rounding: number;
}

/** One line of a table of the paper. */
export interface PrintedLine {
  readonly residue: Printed;
  readonly traffic: Printed;
  readonly meanDelay: Printed;
  readonly lastDelay: Printed;
}

/** What independent simulations of the same experiment found, to three digits. */
export interface Simulated {
  readonly residue: number;
  readonly traffic: number;
}

/** One experiment, for one k. */
export interface Experiment {
  /** Group that it belongs to: a table of the paper, or a variation. */
  readonly title: string;
  readonly k: number;
  /** Others that a refused site tries. */
  readonly huntCount: number;
  readonly process: ContactProcess;
  /** Trials of a full run: as many as bring the error of the residue to about two per cent. */
  readonly trialCount: number;
  readonly printed?: PrintedLine;
  readonly simulated?: Simulated;
}

/** Sites in every experiment of the paper. */
export const SITE_COUNT = 1_000;

type ExperimentName =
  | 'table1'
  | 'table2'
  | 'table3'
  | 'turnsCoin'
  | 'turnsCounter'
  | 'pushCoin'
  | 'pushBlindCounter'
  | 'pullCoin'
  | 'pushPull'
  | 'minimized'
  | 'pushLimited'
  | 'pullLimited';

/** The groups, as they are printed. */
export const TITLES: Readonly<Record<ExperimentName, string>> = Object.freeze({
  table1: 'Table 1: push, feedback, counter',
  table2: 'Table 2: push, blind, coin',
  table3: 'Table 3: pull, feedback, counter',
  turnsCoin: 'in turns: push, feedback, coin',
  turnsCounter: 'in turns: push, feedback, counter',
  pushCoin: 'push, feedback, coin',
  pushBlindCounter: 'push, blind, counter',
  pullCoin: 'pull, feedback, coin',
  pushPull: 'push-pull, feedback, counter',
  minimized: 'push-pull, minimized',
  pushLimited: 'push, one connection',
  pullLimited: 'pull, one connection',
});

const FEEDBACK_COUNTER = { policy: 'feedback-counter' } as const;
const BY_ROUND = { countUnit: 'round' } as const;
const LIMITED = { connectionCountMax: 1 } as const;
const PUSH_TRIALS = 2_000;
/** Single runs with k = 1 differ by twenty cycles, and most of them reach next to nobody. */
const SHORT_LIVED_TRIALS = 10_000;

/** `0.0036` as it was printed. */
function printed(text: string): Printed {
  const [digits = '', exponent = '0'] = text.split('e');
  const decimalCount = digits.split('.')[1]?.length ?? 0;
  return { value: Number(text), rounding: 0.5 * 10 ** (Number(exponent) - decimalCount) };
}

/** Residue, traffic, mean delay, last delay. */
function printedLine(text: string): PrintedLine {
  const [residue = '', traffic = '', meanDelay = '', lastDelay = ''] = text.split(' ');
  return {
    residue: printed(residue),
    traffic: printed(traffic),
    meanDelay: printed(meanDelay),
    lastDelay: printed(lastDelay),
  };
}

function experiment(
  title: string,
  direction: Direction,
  partial: Partial<SpreadConfig> & { k: number },
  trialCount: number,
  more: { printed?: PrintedLine; simulated?: Simulated; isInTurns?: boolean } = {},
): Experiment {
  const { isInTurns = false, ...expected } = more;
  const config = spreadConfig(partial);
  const process = { siteCount: SITE_COUNT, direction, config, isInTurns };
  return { title, k: config.k, huntCount: config.huntCountMax, process, trialCount, ...expected };
}

const TABLE_1: readonly string[] = [
  '0.18 1.7 11.0 16.8',
  '0.037 3.3 12.1 16.9',
  '0.011 4.5 12.5 17.4',
  '0.0036 5.6 12.7 17.5',
  '0.0012 6.7 12.8 17.7',
];
const TABLE_2: readonly string[] = [
  '0.96 0.04 19 38',
  '0.20 1.6 17 33',
  '0.060 2.8 15 32',
  '0.021 3.9 14.1 32',
  '0.008 4.9 13.8 32',
];
const TABLE_3: readonly (readonly [line: string, trialCount: number])[] = [
  ['3.1e-2 2.7 9.97 17.6', 1_000],
  ['5.8e-4 4.5 10.07 15.4', 6_000],
  ['4.0e-6 6.1 10.08 14.0', 20_000],
];

const tables: readonly Experiment[] = [
  ...TABLE_1.map((line, index) =>
    experiment(TITLES.table1, 'push', { ...FEEDBACK_COUNTER, k: index + 1 }, PUSH_TRIALS, {
      printed: printedLine(line),
    }),
  ),
  ...TABLE_2.map((line, index) =>
    experiment(
      TITLES.table2,
      'push',
      { policy: 'blind-coin', k: index + 1 },
      index === 0 ? SHORT_LIVED_TRIALS : PUSH_TRIALS,
      { printed: printedLine(line) },
    ),
  ),
  ...TABLE_3.map(([line, trialCount], index) =>
    experiment(TITLES.table3, 'pull', { ...FEEDBACK_COUNTER, ...BY_ROUND, k: index + 1 }, trialCount, {
      printed: printedLine(line),
    }),
  ),
];

const inTurns: readonly Experiment[] = [1, 2, 3, 4, 5].flatMap((k) => [
  experiment(TITLES.turnsCoin, 'push', { policy: 'feedback-coin', k }, PUSH_TRIALS, { isInTurns: true }),
  experiment(TITLES.turnsCounter, 'push', { ...FEEDBACK_COUNTER, k }, PUSH_TRIALS, { isInTurns: true }),
]);

const variations: readonly Experiment[] = [
  experiment(TITLES.pushCoin, 'push', { policy: 'feedback-coin', k: 2 }, PUSH_TRIALS, {
    simulated: { residue: 0.0502, traffic: 3 },
  }),
  experiment(TITLES.pushBlindCounter, 'push', { policy: 'blind-counter', k: 3 }, PUSH_TRIALS, {
    simulated: { residue: 0.0596, traffic: 2.82 },
  }),
  experiment(TITLES.pullCoin, 'pull', { policy: 'feedback-coin', ...BY_ROUND, k: 2 }, PUSH_TRIALS, {
    simulated: { residue: 2.5e-3, traffic: 4.36 },
  }),
  experiment(TITLES.pushPull, 'push-pull', { ...FEEDBACK_COUNTER, ...BY_ROUND, k: 1 }, PUSH_TRIALS, {
    simulated: { residue: 1.25e-2, traffic: 3.68 },
  }),
  experiment(TITLES.pushPull, 'push-pull', { ...FEEDBACK_COUNTER, ...BY_ROUND, k: 2 }, 2 * PUSH_TRIALS, {
    simulated: { residue: 2.2e-4, traffic: 5.94 },
  }),
  experiment(
    TITLES.minimized,
    'push-pull',
    { ...FEEDBACK_COUNTER, ...BY_ROUND, k: 2, isMinimized: true },
    2 * PUSH_TRIALS,
  ),
  ...(
    [
      [1, 0.144, 1.71],
      [2, 0.0201, 3.11],
      [3, 0.0037, 4.22],
    ] as const
  ).map(([k, residue, traffic]) =>
    experiment(TITLES.pushLimited, 'push', { ...FEEDBACK_COUNTER, ...LIMITED, k }, PUSH_TRIALS, {
      simulated: { residue, traffic },
    }),
  ),
  ...(
    [
      [0, 2.5e-2],
      [1, 2.0e-2],
      [2, 1.7e-2],
      [10, 1.3e-2],
    ] as const
  ).map(([huntCountMax, residue]) =>
    experiment(
      TITLES.pullLimited,
      'pull',
      { ...FEEDBACK_COUNTER, ...BY_ROUND, ...LIMITED, k: 2, huntCountMax },
      PUSH_TRIALS / 2,
      { simulated: { residue, traffic: 3.1 } },
    ),
  ),
];

/** Every experiment. A job names its place in this list. */
export const EXPERIMENTS: readonly Experiment[] = Object.freeze([...tables, ...inTurns, ...variations]);
