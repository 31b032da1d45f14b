import { type Core, Driver, type Input, type Outbox } from '@hearsay/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RuntimeEnv } from '../src/index.ts';

type Command = { readonly to: string; readonly text: string } | { readonly timer: string; readonly delayMs: number };

/** Sends and schedules what it is told, and notifies all it learns. */
class Echo implements Core<Command, string, string, string> {
  step(input: Input<Command, string, string>, nowMs: number, out: Outbox<string, string, string>): void {
    if (input.kind === 'message') return out.notify(`${input.message} from ${input.from}`);
    if (input.kind === 'timer') return out.notify(`${input.timer} at ${nowMs}`);
    const { command } = input;
    if ('to' in command) out.send(command.to, command.text, command.text === 'large' ? 'stream' : 'packet');
    else out.schedule(command.timer, command.delayMs);
  }
}

function setup(options: { endpointOf?: (to: string) => string | undefined } = {}) {
  const sent: string[] = [];
  const events: string[] = [];
  const errors: string[] = [];
  const env = new RuntimeEnv<string, string, string>({
    encode: (message) => {
      if (message === 'bad') throw new Error('cannot encode');
      return Buffer.from(message);
    },
    decode: (bytes, from) => (bytes.length === 0 ? undefined : { from, message: Buffer.from(bytes).toString() }),
    notify: (event) => events.push(event),
    onError: (error) => errors.push(error.message),
    ...options,
  });
  const driver = new Driver(new Echo(), env);
  const transport = {
    sendPacket: (to: string, bytes: Uint8Array) => void sent.push(`packet ${to} ${Buffer.from(bytes)}`),
    sendFrame: (to: string, bytes: Uint8Array) => void sent.push(`frame ${to} ${Buffer.from(bytes)}`),
  };
  return { env, driver, transport, sent, events, errors };
}

/** Long timers are rounded up to a multiple of it. */
const SLOT_MS = 20;

describe('RuntimeEnv', () => {
  it('carries messages both ways, by packet and by frame', () => {
    const { env, driver, transport, sent, events } = setup();
    env.start(driver, transport);
    driver.command({ to: '10.0.0.1:1', text: 'small' });
    driver.command({ to: '10.0.0.1:1', text: 'large' });
    env.receive('10.0.0.2:2', Buffer.from('hi'), 'packet');
    expect(sent).toEqual(['packet 10.0.0.1:1 small', 'frame 10.0.0.1:1 large']);
    expect(events).toEqual(['hi from 10.0.0.2:2']);
  });

  it('counts what cannot be encoded, addressed or read, and goes on', () => {
    const { env, driver, transport, sent, events, errors } = setup({
      endpointOf: (to) => (to === 'b' ? '10.0.0.2:2' : undefined),
    });
    env.start(driver, transport);
    driver.command({ to: 'b', text: 'bad' });
    driver.command({ to: 'nobody', text: 'small' });
    env.receive('10.0.0.2:2', new Uint8Array(0), 'packet');
    driver.command({ to: 'b', text: 'small' });
    expect(sent).toEqual(['packet 10.0.0.2:2 small']);
    expect(events).toEqual([]);
    expect(errors).toEqual(['cannot encode']);
    expect(env.counters()).toEqual({ sendFailedCount: 1, unaddressedCount: 1, undecodedCount: 1, idleDropCount: 0 });
  });

  it('drops and counts everything before start and after stop', () => {
    const { env, driver, transport, sent, events } = setup();
    const everything = () => {
      driver.command({ to: '10.0.0.1:1', text: 'small' });
      driver.command({ timer: 't', delayMs: 0 });
      env.receive('10.0.0.2:2', Buffer.from('hi'), 'packet');
    };
    everything();
    env.start(driver, transport);
    env.stop();
    everything();
    expect(sent).toEqual([]);
    expect(events).toEqual([]);
    expect(env.counters().idleDropCount).toBe(6);
    expect(env.pendingTimerCount).toBe(0);
  });
});

describe('real timers of RuntimeEnv', () => {
  it('never fire early, and say how late they were', async () => {
    const { env, driver, transport, events } = setup();
    env.start(driver, transport);
    const dueMs = new Map<string, number>();
    for (let index = 0; index < 200; index++) {
      const delayMs = index / 7;
      dueMs.set(`t${index}`, env.nowMs() + delayMs);
      driver.command({ timer: `t${index}`, delayMs });
    }
    await vi.waitFor(() => expect(events).toHaveLength(200), { timeout: 4_000, interval: 5 });
    for (const event of events) {
      const [timer = '', firedMs] = event.split(' at ');
      expect(Number(firedMs)).toBeGreaterThanOrEqual(dueMs.get(timer) ?? Number.NaN);
    }
    expect(env.latenessMs).toBeGreaterThanOrEqual(0);
    expect(env.peakLatenessMs).toBeGreaterThanOrEqual(env.latenessMs);
    env.stop();
  });

  it('notice that the event loop was blocked', async () => {
    const { env, driver, transport, events } = setup();
    env.start(driver, transport);
    driver.command({ timer: 't', delayMs: 5 });
    const untilMs = performance.now() + 60;
    while (performance.now() < untilMs);
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 4_000, interval: 1 });
    expect(env.latenessMs).toBeGreaterThan(50);
  });
});

describe('timers of RuntimeEnv', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([2 ** 31 - 1, 2 ** 31, 3 * 2 ** 31 + 7])(
    'wait for %i ms, not a bit less and at most a slot more',
    (delayMs) => {
      const { env, driver, transport, events } = setup();
      env.start(driver, transport);
      driver.command({ timer: 'far', delayMs });
      vi.advanceTimersByTime(delayMs - 1);
      expect(events).toEqual([]);
      vi.advanceTimersByTime(1 + SLOT_MS);
      expect(events).toHaveLength(1);
      expect(env.pendingTimerCount).toBe(0);
    },
  );

  it('of hundreds of milliseconds fire together, short ones when they are due', () => {
    const { env, driver, transport, events } = setup();
    env.start(driver, transport);
    for (const delayMs of [200.5, 203, 207]) driver.command({ timer: `long ${delayMs}`, delayMs });
    for (const delayMs of [30, 50]) driver.command({ timer: `short ${delayMs}`, delayMs });
    const firedBy = (): number => events.length;
    const counts = new Set<number>();
    for (let ms = 0; ms < 240; ms++) {
      vi.advanceTimersByTime(1);
      counts.add(firedBy());
    }
    // One, two, and then the three long ones in one or two slots, never one by one.
    expect(counts.has(1) && counts.has(2) && counts.has(5)).toBe(true);
    expect(counts.has(3) && counts.has(4)).toBe(false);
  });

  it.each([0, -5, Number.NaN, Number.NEGATIVE_INFINITY])('take a delay of %d for none', (delayMs) => {
    const { env, driver, transport, events } = setup();
    env.start(driver, transport);
    driver.command({ timer: 'now', delayMs });
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(events).toHaveLength(1);
    expect(env.latenessMs).toBeLessThanOrEqual(1);
  });

  it('are all cleared by stop', () => {
    const { env, driver, transport, events } = setup();
    env.start(driver, transport);
    for (const delayMs of [1, 100, 2 ** 33]) driver.command({ timer: 't', delayMs });
    expect(env.pendingTimerCount).toBe(3);
    env.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(events).toEqual([]);
  });

  it('may be stopped by what one of them causes', () => {
    const { env, driver, transport, events } = setup();
    env.start({ message: () => {}, timer: () => env.stop() }, transport);
    driver.command({ timer: 'a', delayMs: 1 });
    driver.command({ timer: 'b', delayMs: 1 });
    vi.advanceTimersByTime(10);
    expect(env.pendingTimerCount).toBe(0);
    expect(events).toEqual([]);
  });

  it('go on after one that throws', () => {
    const { env, driver, transport } = setup();
    const fired: string[] = [];
    const timer = (name: string): void => {
      fired.push(name);
      if (name === 'bad') throw new Error('a mistake of the application');
    };
    env.start({ message: () => {}, timer }, transport);
    for (const name of ['bad', 'good']) driver.command({ timer: name, delayMs: 1 });
    expect(() => vi.advanceTimersByTime(5)).toThrow('a mistake of the application');
    vi.advanceTimersByTime(5);
    expect(fired).toEqual(['bad', 'good']);
    env.stop();
  });

  it('that follow each other at once leave room for what else happens', () => {
    const { env, driver, transport } = setup();
    let firedCount = 0;
    const timer = (): void => {
      firedCount += 1;
      driver.command({ timer: 'next', delayMs: 0 });
    };
    env.start({ message: () => {}, timer }, transport);
    driver.command({ timer: 'first', delayMs: 0 });
    vi.advanceTimersByTime(1);
    expect(firedCount).toBeLessThanOrEqual(2);
    expect(env.pendingTimerCount).toBe(1);
    env.stop();
  });

  it('fire in the order of their times, and of their asking where these are equal', () => {
    const { env, driver, transport } = setup();
    const fired: string[] = [];
    env.start({ message: () => {}, timer: (name) => void fired.push(name) }, transport);
    const asked = [30, 10, 20, 10, 2_000, 20, 30];
    for (const [nth, delayMs] of asked.entries()) driver.command({ timer: `${delayMs} ${nth}`, delayMs });
    vi.advanceTimersByTime(50);
    expect(fired).toEqual(['10 1', '10 3', '20 2', '20 5', '30 0', '30 6']);
    env.stop();
  });
});
