import { describe, expect, it } from 'vitest';
import { EventLog } from '../src/http/event-log.ts';

function logOf(eventCountMax: number, dataCharactersMax: number): EventLog {
  return new EventLog('1', { eventCountMax, dataCharactersMax });
}

function append(log: EventLog, data: string): void {
  log.append({ type: 'rumor', topic: 'a', data });
}

function held(log: EventLog): (string | undefined)[] {
  const data: (string | undefined)[] = [];
  for (let sequence = log.firstSequence; sequence < log.nextSequence; sequence += 1) data.push(log.at(sequence)?.data);
  return data;
}

describe('the event log', () => {
  it('keeps the newest events up to its count, and knows where it begins', () => {
    const log = logOf(3, 100);
    expect([log.firstSequence, log.nextSequence]).toEqual([1, 1]);
    for (const data of ['a', 'b', 'c', 'd', 'e']) append(log, data);
    expect(held(log)).toEqual(['c', 'd', 'e']);
    expect([log.firstSequence, log.nextSequence]).toEqual([3, 6]);
    expect([log.at(2), log.at(6), log.at(3)?.data]).toEqual([undefined, undefined, 'c']);
  });

  it('keeps the newest events up to its size, and always the newest one', () => {
    const log = logOf(10, 5);
    append(log, 'aa');
    append(log, 'bb');
    append(log, 'cc');
    expect(held(log)).toEqual(['bb', 'cc']);
    append(log, 'dddddddd');
    expect(held(log)).toEqual(['dddddddd']);
    append(log, 'e');
    expect(held(log)).toEqual(['e']);
    for (const data of ['f', 'g', 'h', 'i', 'j']) append(log, data);
    expect(held(log)).toEqual(['f', 'g', 'h', 'i', 'j']);
  });

  it('tells its listeners after each event, until they go', () => {
    const log = logOf(3, 100);
    const seen: number[] = [];
    const stop = log.onAppend(() => seen.push(log.nextSequence));
    append(log, 'a');
    stop();
    append(log, 'b');
    expect(seen).toEqual([2]);
  });
});
