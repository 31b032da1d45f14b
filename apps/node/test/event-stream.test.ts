import { describe, expect, it } from 'vitest';
import { EventLog } from '../src/http/event-log.ts';
import { EventStream, STALLED_MS_MAX } from '../src/http/event-stream.ts';

/** A sink that takes a given number of writes and then stalls. */
class RecordingSink {
  readonly written: string[] = [];
  isDropped = false;
  capacity = Number.POSITIVE_INFINITY;

  write(text: string): boolean {
    this.written.push(text);
    this.capacity -= 1;
    return this.capacity > 0;
  }

  end(): void {
    throw new Error('not by itself');
  }

  drop(): void {
    this.isDropped = true;
  }

  /** The ids of what was written, or the comment. */
  get ids(): (string | undefined)[] {
    return this.written.map((text) => /^id: (\S+)\nevent: (\S+)/.exec(text)?.slice(1).join(' ') ?? text.split('\n')[0]);
  }
}

function setUp(options: { lastEventId?: string; eventCountMax?: number; before?: number; capacity?: number } = {}) {
  const log = new EventLog('9', { eventCountMax: options.eventCountMax ?? 4, dataCharactersMax: 1_000 });
  for (let count = 0; count < (options.before ?? 0); count += 1) append(log);
  const sink = new RecordingSink();
  sink.capacity = options.capacity ?? sink.capacity;
  const filter = { types: new Set<string>(), topic: undefined };
  const stream = new EventStream({ log, sink, filter, lastEventId: options.lastEventId }, 0);
  return { log, sink, stream };
}

function append(log: EventLog, count = 1): void {
  for (let index = 0; index < count; index += 1) log.append({ type: 'left', topic: undefined, data: '{}' });
}

describe('an event stream', () => {
  it('says where it begins, then sends what comes', () => {
    const { log, sink, stream } = setUp({ before: 2 });
    append(log);
    stream.pump(1, false);
    expect(sink.written).toEqual(['id: 9.2\nretry: 1000\n\n', 'id: 9.3\nevent: left\ndata: {}\n\n']);
  });

  it('goes on where the client was, and skips nothing at the edges', () => {
    expect(setUp({ before: 3, lastEventId: '9.0' }).sink.ids).toEqual(['id: 9.0', '9.1 left', '9.2 left', '9.3 left']);
    expect(setUp({ before: 3, lastEventId: '9.3' }).sink.ids).toEqual(['id: 9.3']);
  });

  it('tells how many events a client missed that was away for too long', () => {
    const { sink } = setUp({ before: 6, lastEventId: '9.1' });
    expect(sink.ids).toEqual(['id: 9.1', '9.2 overflow', '9.3 left', '9.4 left', '9.5 left', '9.6 left']);
    expect(sink.written[1]).toContain('data: {"missedCount":1}');
  });

  it.each(['8.1', '9.7', '9.x', '9.-1', '9.1.1x', 'nonsense', '9.1e400'])(
    'treats the id %s as of another life',
    (lastEventId) => {
      const { sink } = setUp({ before: 1, lastEventId });
      expect(sink.ids.slice(0, 1)).toEqual(lastEventId === '9.1.1x' ? ['id: 9.1'] : ['9.0 overflow']);
    },
  );

  it('waits while the sink stalls, and goes on without a gap', () => {
    const { log, sink, stream } = setUp({ capacity: 2 });
    append(log, 3);
    stream.pump(1, false);
    expect(sink.ids).toEqual(['id: 9.0', '9.1 left']);
    sink.capacity = 10;
    stream.pump(2, false);
    expect(sink.ids).toHaveLength(2);
    stream.pump(3, true);
    expect(sink.ids.slice(2)).toEqual(['9.2 left', '9.3 left']);
  });

  it('holds nothing for a slow client: it tells about the gap when the client comes round', () => {
    const { log, sink, stream } = setUp({ capacity: 1 });
    append(log, 100);
    stream.pump(1, false);
    expect(sink.ids).toHaveLength(1);
    sink.capacity = 100;
    stream.pump(2, true);
    expect(sink.ids.slice(1)).toEqual(['9.96 overflow', '9.97 left', '9.98 left', '9.99 left', '9.100 left']);
    expect(sink.written[1]).toContain('{"missedCount":96}');
  });

  it('beats while the client reads, and drops it when it has taken nothing for too long', () => {
    const { sink, stream } = setUp({ capacity: 3 });
    stream.beat(10);
    expect(sink.written.at(-1)).toBe(': still here\n\n');
    stream.beat(20);
    stream.beat(20 + STALLED_MS_MAX - 1);
    expect(sink.isDropped).toBe(false);
    expect(sink.written).toHaveLength(3);
    stream.beat(20 + STALLED_MS_MAX);
    expect(sink.isDropped).toBe(true);
  });

  it('forgives a client that takes something in between', () => {
    const { sink, stream } = setUp({ capacity: 1 });
    stream.pump(STALLED_MS_MAX - 1, true);
    sink.capacity = 10;
    stream.beat(STALLED_MS_MAX);
    expect(sink.isDropped).toBe(false);
  });
});
