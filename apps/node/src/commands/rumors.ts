/** `hearsay rumor` and `hearsay events`. */
import { type Command, Option } from 'commander';
import { follow } from '../client/follow.ts';
import type { SpreadView } from '../client/shapes.ts';
import { UsageError } from '../failure.ts';
import { eventLine } from '../format/views.ts';
import { PRIORITIES, WAYS } from '../http/resources/rumors.ts';
import { readAll, type Terminal, writeLine } from '../terminal.ts';
import { type Milliseconds, parsedCount, parsedDuration } from './arguments.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';
import { publishLines } from './rumor-lines.ts';

interface EventsOptions extends ClientOptions {
  readonly topic?: string;
  readonly types?: string;
}

interface RumorOptions extends ClientOptions {
  readonly priority: string;
  readonly ttl?: Milliseconds;
  readonly key?: string;
  readonly way?: string;
  readonly count?: boolean;
  readonly wait?: boolean;
  readonly sample?: number;
  readonly lines?: boolean;
}

const PERCENT = 100;

export function addRumorCommands(program: Command, terminal: Terminal): void {
  withJson(withAgent(program.command('rumor')))
    .description('spread a rumor to all members')
    .argument('<topic>', 'what it is about')
    .argument('[payload]', 'its content; - reads standard input', '')
    .addOption(new Option('--priority <priority>', 'what goes first').choices(PRIORITIES).default('normal'))
    .option('--ttl <duration>', 'for how long it means anything: 500ms, 30s, 5m, 2h or 1d', parsedDuration)
    .option('--key <key>', 'a newer rumor of the same topic and key replaces it')
    .addOption(new Option('--way <way>', 'by pushes, or by a broadcast tree: for many per second').choices(WAYS))
    .option('--wait', 'until spreading has ended, and tell how far it has come')
    .option('--sample <members>', 'with --wait: how many members to ask whether they have heard it', parsedCount)
    .option('--count', 'with --wait: count all members that hear it, in place of asking some')
    .option('--lines', 'a rumor for each line of standard input, as they come; prints how many')
    .action((topic: string, payload: string, options: RumorOptions) => publish(topic, payload, options, terminal));
  withJson(withAgent(program.command('events')))
    .description('print events as they happen, until interrupted')
    .option('--topic <topic>', 'only rumors of this topic, or of all that begin so where it ends with *')
    .option('--types <types>', 'only events of these types, separated by commas')
    .action((options: EventsOptions) => printEvents(options, terminal));
}

async function publish(topic: string, payload: string, options: RumorOptions, terminal: Terminal): Promise<void> {
  const { priority, ttl: ttlMs, key, way, count: isCounted = false, sample, wait = false, lines = false } = options;
  if (lines) {
    if (payload !== '' || wait || isCounted || sample !== undefined) {
      throw new UsageError(['--lines takes its payloads from standard input, without --wait, --count and --sample']);
    }
    const count = await publishLines(clientOf(options, terminal), terminal.stdin, { topic, priority, ttlMs, key, way });
    return print(terminal, options, { count }, [String(count)]);
  }
  const bytes = await bytesOf(payload, terminal);
  const client = clientOf(options, terminal);
  if (!wait) {
    const published = await client.publish(topic, bytes, { priority, ttlMs, key, way });
    return print(terminal, options, published, [published.id]);
  }
  const ack = isCounted ? 'count' : undefined;
  const spread = await client.publishAndWait(topic, bytes, { priority, ttlMs, key, way, sample, ack });
  await print(terminal, options, spread, [spread.id, spreadLine(spread)]);
}

/** `spread after 812 ms; 12 of 12 members asked have heard it`, or what theory says. */
function spreadLine({ outcome, elapsedMs, memberCount, coverage, counted, reached }: SpreadView): string {
  const share = `${(coverage * PERCENT).toFixed(1)} % expected to have heard it`;
  const heard = counted && `${counted.heard} of the ${counted.answered} members that answered have heard it`;
  const all = reached === undefined ? undefined : `${reached} of ${memberCount} members have heard it`;
  return `${outcome} after ${Math.round(elapsedMs)} ms; ${all ?? heard ?? share}`;
}

/** An argument as bytes, or standard input for `-`. */
export async function bytesOf(argument: string, terminal: Terminal): Promise<Uint8Array> {
  return argument === '-' ? readAll(terminal.stdin) : Buffer.from(argument);
}

async function printEvents(options: EventsOptions, terminal: Terminal): Promise<void> {
  const client = clientOf(options, terminal);
  const note = (text: string): void => void writeLine(terminal.stderr, `hearsay: ${text}`);
  const events = follow(client, {
    types: (options.types ?? '').split(',').filter((type) => type !== ''),
    topic: options.topic,
    signal: terminal.interrupted,
    onLost: (reason) => note(`${reason}; trying again`),
  });
  for await (const event of events) {
    const line = options.json === true ? jsonLine(event) : eventLine(event, Date.now());
    await writeLine(terminal.stdout, line);
  }
}

/** The agent's data is one JSON object already; its type goes in front. */
function jsonLine({ type, data }: { readonly type: string; readonly data: string }): string {
  return JSON.stringify({ type, ...JSON.parse(data) });
}
