/** `hearsay rumor` and `hearsay events`. */
import { type Command, Option } from 'commander';
import { follow } from '../client/follow.ts';
import { eventLine } from '../format/views.ts';
import { PRIORITIES } from '../http/resources/rumors.ts';
import { readAll, type Terminal, writeLine } from '../terminal.ts';
import { type ClientOptions, clientOf, print, withAgent, withJson } from './client-options.ts';

interface EventsOptions extends ClientOptions {
  readonly topic?: string;
  readonly types?: string;
}

export function addRumorCommands(program: Command, terminal: Terminal): void {
  withJson(withAgent(program.command('rumor')))
    .description('spread a rumor to all members')
    .argument('<topic>', 'what it is about')
    .argument('[payload]', 'its content; - reads standard input', '')
    .addOption(new Option('--priority <priority>', 'what goes first').choices(PRIORITIES).default('normal'))
    .action(async (topic: string, payload: string, options: ClientOptions & { readonly priority: string }) => {
      const bytes = await bytesOf(payload, terminal);
      const published = await clientOf(options, terminal).publish(topic, bytes, options.priority);
      await print(terminal, options, published, [published.id]);
    });
  withJson(withAgent(program.command('events')))
    .description('print events as they happen, until interrupted')
    .option('--topic <topic>', 'only rumors of this topic')
    .option('--types <types>', 'only events of these types, separated by commas')
    .action((options: EventsOptions) => printEvents(options, terminal));
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
