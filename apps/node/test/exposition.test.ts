import type { Metric } from 'hearsay';
import { describe, expect, it } from 'vitest';
import { expositionText } from '../src/agent/exposition.ts';

describe('the text format of metrics', () => {
  it('has help and type once per name, and every sample below them', () => {
    const metrics: Metric[] = [
      { name: 'a_total', help: 'A.', type: 'counter', value: 3, labels: { via: 'packet' } },
      { name: 'b', help: 'B.', type: 'gauge', value: 0.5 },
      { name: 'a_total', help: 'A.', type: 'counter', value: 4, labels: { via: 'stream' } },
    ];
    expect(expositionText(metrics).split('\n')).toEqual([
      '# HELP a_total A.',
      '# TYPE a_total counter',
      'a_total{via="packet"} 3',
      'a_total{via="stream"} 4',
      '',
      '# HELP b B.',
      '# TYPE b gauge',
      'b 0.5',
      '',
    ]);
  });

  it('writes histograms with cumulative buckets, their sum and their count', () => {
    const buckets = [
      { upTo: 0.1, count: 1 },
      { upTo: Number.POSITIVE_INFINITY, count: 2 },
    ];
    const text = expositionText([{ name: 'rtt_seconds', help: 'R.', type: 'histogram', sum: 1.5, buckets }]);
    expect(text.split('\n').slice(2, 6)).toEqual([
      'rtt_seconds_bucket{le="0.1"} 1',
      'rtt_seconds_bucket{le="+Inf"} 2',
      'rtt_seconds_sum 1.5',
      'rtt_seconds_count 2',
    ]);
  });

  it('escapes what would break a line', () => {
    const labels = { reason: 'a "b"\\\nc' };
    expect(expositionText([{ name: 'x', help: 'h\n', type: 'gauge', value: 1, labels }])).toBe(
      '# HELP x h\\n\n# TYPE x gauge\nx{reason="a \\"b\\"\\\\\\nc"} 1\n',
    );
  });
});
