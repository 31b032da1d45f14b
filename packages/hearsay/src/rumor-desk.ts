/** Takes rumors from the application, gives each its id and hands it to the stack; and gives it those it subscribed to. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConfigError, utf8Bytes } from '@hearsay/core';
import { isPriority, PRIORITIES } from '@hearsay/damping';
import { formatRumorId, type Rumor, SPREAD_WAYS, validateRumor } from '@hearsay/rumor';
import type { StackEvent } from '@hearsay/stack';
import type { Metric } from './counters.ts';
import type { Engine } from './engine.ts';
import type { EventStream } from './event-stream.ts';
import type { RumorEvent } from './events.ts';
import type { NodeRumors, OutgoingRumor, PublishedRumor, PublishOptions, RoomOptions, RumorFilter } from './node.ts';
import { PublishRoom } from './publish-room.ts';
import { isTopicOf } from './topic-filter.ts';
import { UnsettledRumors } from './unsettled-rumors.ts';

/** Longest `ttlMs`: four bytes on the wire. */
const TTL_MS_MAX = 0xffff_ffff;
/** Rumors that `publishAll` publishes before it lets others have a turn: about a millisecond. Source: own measurement. */
const RUMORS_PER_TURN = 32;

/** Allots sequence numbers within this life of the node. */
export class RumorDesk implements NodeRumors {
  readonly #engine: Engine;
  readonly #events: EventStream;
  readonly #unsettled: UnsettledRumors;
  readonly #room: PublishRoom;
  #sequence = 0;

  constructor(engine: Engine, events: EventStream) {
    this.#engine = engine;
    this.#events = events;
    this.#unsettled = new UnsettledRumors(engine);
    this.#room = new PublishRoom(engine);
  }

  get unsettledCount(): number {
    return this.#unsettled.size;
  }

  publish(topic: string, payload: Uint8Array | string, options: PublishOptions = {}): PublishedRumor {
    checkPublishOptions(options);
    const { name, generation } = this.#engine.stack.self;
    const { priority = 'normal', ttlMs, key, way, ack } = options;
    const rumor: Rumor = {
      id: { origin: name, generation, sequence: this.#sequence + 1 },
      topic,
      payload: typeof payload === 'string' ? utf8Bytes(payload) : payload.slice(),
      priority,
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...(key === undefined ? {} : { key }),
      ...(ack === undefined ? {} : { isCounted: true }),
    };
    validateRumor(rumor, this.#engine.config.rumor);
    const settled = this.#unsettled.add(rumor, options);
    try {
      this.#engine.command({ type: 'publish', rumor, way });
    } catch (error) {
      this.#unsettled.remove(rumor);
      throw error;
    }
    this.#sequence += 1;
    return { id: formatRumorId(rumor.id), settled };
  }

  room(options: RoomOptions = {}): Promise<boolean> {
    return this.#room.wait(options);
  }

  async publishAll(
    rumors: Iterable<OutgoingRumor> | AsyncIterable<OutgoingRumor>,
    options: RoomOptions = {},
  ): Promise<number> {
    let count = 0;
    for await (const { topic, payload, ...rest } of rumors) {
      if (!(await this.room(options))) break;
      this.publish(topic, payload, rest);
      count += 1;
      if (count % RUMORS_PER_TURN === 0) await nextTurn();
    }
    return count;
  }

  /** What waits for room, and what was told that there is none. */
  metrics(): readonly Metric[] {
    return [
      {
        name: 'hearsay_publishers_waiting',
        help: 'Calls that wait until there is room for a rumor.',
        type: 'gauge',
        value: this.#room.waitingCount,
      },
      {
        name: 'hearsay_publishers_refused_total',
        help: 'Calls that were told that there is no room for a rumor.',
        type: 'counter',
        value: this.#room.refusedCount,
      },
    ];
  }

  subscribe({ topic = '*' }: RumorFilter, listener: (rumor: RumorEvent) => void): () => void {
    return this.#events.subscribe((event) => {
      if (event.type === 'rumor' && isTopicOf(event.topic, topic)) listener(event);
    });
  }

  note(event: StackEvent): void {
    this.#unsettled.note(event);
    this.#room.note();
  }

  close(): void {
    this.#unsettled.close();
    this.#room.close();
  }
}

/** Throws one `ConfigError` with every problem. */
function checkPublishOptions({ priority, ttlMs, way, sample, ack }: PublishOptions): void {
  const problems: string[] = [];
  if (priority !== undefined && !isPriority(priority)) problems.push(`priority: use one of ${PRIORITIES.join(', ')}`);
  if (ttlMs !== undefined && !(Number.isInteger(ttlMs) && ttlMs >= 1 && ttlMs <= TTL_MS_MAX)) {
    problems.push(`ttlMs: ${ttlMs} is not a whole number of 1 to ${TTL_MS_MAX}`);
  }
  if (way !== undefined && !SPREAD_WAYS.includes(way)) problems.push(`way: use one of ${SPREAD_WAYS.join(', ')}`);
  if (sample !== undefined && !(Number.isInteger(sample) && sample >= 0)) {
    problems.push(`sample: ${sample} is not a number of members`);
  }
  if (ack !== undefined && ack !== 'count') problems.push('ack: use count, or leave it out');
  if (ack !== undefined && sample !== undefined) problems.push('sample: with ack all are counted, and none is asked');
  if (problems.length > 0) throw new ConfigError('publish', problems);
}
