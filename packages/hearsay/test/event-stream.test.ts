import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream } from '../src/event-stream.ts';
import type { NodeEvent } from '../src/index.ts';

const joined = (memberCount: number): NodeEvent => ({ type: 'joined', seed: 's', memberCount });

/** Microtasks wait until the test runs them, so that it sees what is thrown in them. */
const tasks: (() => void)[] = [];
const runTasks = (): void => {
  for (const task of tasks.splice(0)) task();
};

beforeEach(() => {
  tasks.length = 0;
  vi.stubGlobal('queueMicrotask', (task: () => void) => tasks.push(task));
});
afterEach(() => void vi.unstubAllGlobals());

describe('EventStream, listeners', () => {
  it('are told in order, and not before the step that caused it is over', () => {
    const stream = new EventStream();
    const heard: NodeEvent[] = [];
    stream.subscribe((event) => heard.push(event));
    stream.emit(joined(1));
    stream.emit(joined(2));
    expect(heard).toEqual([]);
    runTasks();
    expect(heard).toEqual([joined(1), joined(2)]);
    expect(tasks).toEqual([]);
  });

  it('may cause events themselves, which come after', () => {
    const stream = new EventStream();
    const heard: NodeEvent[] = [];
    stream.subscribe((event) => {
      if (event.type === 'joined' && event.memberCount === 1) stream.emit(joined(3));
    });
    stream.subscribe((event) => heard.push(event));
    stream.emit(joined(1));
    stream.emit(joined(2));
    runTasks();
    runTasks();
    expect(heard).toEqual([joined(1), joined(2), joined(3)]);
  });

  it('hear nothing any more once they have ended their subscription, even in the middle of an event', () => {
    const stream = new EventStream();
    const heard: NodeEvent[] = [];
    const listener = (event: NodeEvent): void => void heard.push(event);
    const ends: (() => void)[] = [];
    stream.subscribe(() => {
      for (const end of ends) end();
    });
    ends.push(stream.subscribe(listener));
    stream.emit(joined(1));
    runTasks();
    expect(heard).toEqual([]);
  });

  it('are called once per subscription, each of which ends alone', () => {
    const stream = new EventStream();
    const heard: NodeEvent[] = [];
    const listener = (event: NodeEvent): void => void heard.push(event);
    const [end] = [stream.subscribe(listener), stream.subscribe(listener)];
    stream.emit(joined(1));
    runTasks();
    expect(heard).toHaveLength(2);
    end!();
    end!();
    stream.emit(joined(2));
    runTasks();
    expect(heard).toHaveLength(3);
  });

  it('that throw take no event from the others, and their error surfaces outside', () => {
    const stream = new EventStream();
    const heard: NodeEvent[] = [];
    const error = new Error('of the application');
    stream.subscribe(() => {
      throw error;
    });
    stream.subscribe((event) => heard.push(event));
    stream.emit(joined(1));
    stream.emit(joined(2));
    runTasks();
    expect(heard).toEqual([joined(1), joined(2)]);
    const surfacing = tasks.splice(0);
    expect(surfacing).toHaveLength(2);
    for (const task of surfacing) expect(task).toThrow(error);
  });
});

describe('EventStream, readers', () => {
  it('get exactly the events from their beginning', async () => {
    const stream = new EventStream();
    stream.emit(joined(1));
    const reader = stream.read();
    stream.emit(joined(2));
    runTasks();
    expect((await reader.next()).value).toEqual(joined(2));
  });

  it('end with their signal, and leave it alone then', async () => {
    const stream = new EventStream();
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const reader = stream.read(controller.signal);
    const other = stream.read();
    const asked = reader.next();
    controller.abort();
    expect((await asked).done).toBe(true);
    expect(removed).toHaveBeenCalledOnce();
    stream.emit(joined(1));
    expect((await reader.next()).done).toBe(true);
    expect((await other.next()).value).toEqual(joined(1));
  });

  it('are over before they begin when the signal was aborted, or the stream is closed', async () => {
    const stream = new EventStream();
    expect((await stream.read(AbortSignal.abort()).next()).done).toBe(true);
    stream.close();
    expect((await stream.read().next()).done).toBe(true);
  });

  it('leave their signal alone when they have had enough', async () => {
    const stream = new EventStream();
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const reader = stream.read(controller.signal);
    stream.emit(joined(1));
    for await (const _ of reader) break;
    expect(removed).toHaveBeenCalledOnce();
  });
});

describe('EventStream, closing', () => {
  it('delivers what waits, ends every reader, and is silent from then on', async () => {
    const stream = new EventStream();
    const heard: NodeEvent[] = [];
    stream.subscribe((event) => heard.push(event));
    const reader = stream.read();
    stream.emit(joined(1));
    stream.close();
    expect(heard).toEqual([joined(1)]);
    stream.emit(joined(2));
    runTasks();
    expect(heard).toEqual([joined(1)]);
    expect((await reader.next()).value).toEqual(joined(1));
    expect((await reader.next()).done).toBe(true);
  });
});
