/** What the harness of real agents counts. */
import { describe, expect, it } from 'vitest';
import { Metrics } from '../agents/agent.mjs';
import { Deliveries } from '../agents/deliveries.mjs';
import { parseOptions } from '../agents/options.mjs';

/** @param {number} sequence */
function event(sequence) {
  return `id: 7.${sequence}\nevent: rumor\ndata: {"id":"a1:1700000000:${sequence}","topic":"load"}\n\n`;
}

describe('deliveries', () => {
  it('are counted once, however the stream is cut', () => {
    const stream = `id: 7.0\nretry: 1000\n\n${event(1)}: still here\n\n${event(3)}${event(2)}`;
    for (const size of [1, 7, 1_000]) {
      let doneCount = 0;
      const deliveries = new Deliveries(3, () => {
        doneCount += 1;
      });
      for (let at = 0; at < stream.length; at += size) deliveries.take(stream.slice(at, at + size));
      const { count, twiceCount, strangeCount } = deliveries;
      expect({ count, twiceCount, strangeCount, doneCount }).toEqual({
        count: 3,
        twiceCount: 0,
        strangeCount: 0,
        doneCount: 1,
      });
    }
  });

  it('that come twice, were never published, or were left out are told apart', () => {
    const deliveries = new Deliveries(2, () => {});
    deliveries.take(`${event(1)}${event(1)}${event(3)}${event(0)}event: overflow\ndata: {"missedCount":2}\n\n`);
    const { count, twiceCount, strangeCount } = deliveries;
    expect({ count, twiceCount, strangeCount }).toEqual({ count: 1, twiceCount: 1, strangeCount: 3 });
  });
});

it('metrics are added up by name and by label', () => {
  const metrics = new Metrics('# HELP a b\na{via="packet"} 2\na{via="stream",x="y"} 3\nab 7\nc 1.5e3\n');
  expect([metrics.sum('a'), metrics.sum('a', 'via="packet"'), metrics.sum('c'), metrics.sum('d')]).toEqual([
    5, 2, 1_500, 0,
  ]);
});

it('options are checked together', () => {
  expect(parseOptions(['-n', '3', '--', '--zone', 'z']).options).toMatchObject({
    agentCount: 3,
    agentArgs: ['--zone', 'z'],
  });
  expect(() => parseOptions(['-n', '1', '--rumors', 'many', '--way', 'up'])).toThrow(
    '--way: use push or tree; --n: use 2 to 64; --rumors: use 1 to 16000',
  );
});
