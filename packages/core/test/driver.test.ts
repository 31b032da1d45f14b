import { describe, expect, it } from 'vitest';
import { type Core, Driver, type Input, type Outbox, RecordingOutbox } from '../src/index.ts';

/** Repeats what it hears, in an order that the driver must keep. */
class Echo implements Core<string, string, string, string> {
  step(input: Input<string, string, string>, nowMs: number, out: Outbox<string, string, string>): void {
    const text = input.kind === 'command' ? input.command : input.kind === 'message' ? input.message : input.timer;
    out.notify(`${input.kind} ${text} at ${nowMs}`);
    out.send('peer', text);
    out.send('peer', text, 'stream');
    out.schedule(text, 5);
    out.notify('end');
  }
}

describe('Driver', () => {
  it('performs the outputs in the order in which the core asked for them', () => {
    const log: string[] = [];
    const driver = new Driver(new Echo(), {
      nowMs: () => 3,
      send: (to, message, via) => log.push(`send ${message} to ${to} by ${via}`),
      schedule: (timer, delayMs) => log.push(`schedule ${timer} in ${delayMs}`),
      notify: (event) => log.push(event),
    });
    driver.message('peer', 'a');
    expect(log).toEqual([
      'message a at 3',
      'send a to peer by packet',
      'send a to peer by stream',
      'schedule a in 5',
      'end',
    ]);
  });

  it('lets an input that arrives during a step wait until the step is done', () => {
    const log: string[] = [];
    const driver: Driver<string, string, string, string> = new Driver(new Echo(), {
      nowMs: () => 0,
      send: () => undefined,
      schedule: () => undefined,
      notify: (event) => {
        log.push(event);
        if (event.startsWith('timer')) driver.command('inner');
      },
    });
    driver.timer('outer');
    expect(log).toEqual(['timer outer at 0', 'end', 'command inner at 0', 'end']);
  });

  it('goes on after an environment that threw', () => {
    let isBroken = true;
    const log: string[] = [];
    const driver = new Driver(new Echo(), {
      nowMs: () => 0,
      send: () => undefined,
      schedule: () => undefined,
      notify: (event) => {
        if (isBroken) throw new Error('handler');
        log.push(event);
      },
    });
    expect(() => driver.command('a')).toThrow('handler');
    isBroken = false;
    driver.command('b');
    expect(log).toEqual(['command b at 0', 'end']);
  });
});

describe('RecordingOutbox', () => {
  it('remembers everything until it is cleared', () => {
    const out = new RecordingOutbox<string, string, string>();
    new Echo().step({ kind: 'command', command: 'x' }, 0, out);
    expect(out.sends.map((send) => send.via)).toEqual(['packet', 'stream']);
    expect(out.timers).toEqual([{ timer: 'x', delayMs: 5 }]);
    expect(out.events).toEqual(['command x at 0', 'end']);
    out.clear();
    expect([out.sends, out.timers, out.events]).toEqual([[], [], []]);
  });
});
