import { describe, expect, it } from 'vitest';
import { LagMeter } from '../src/lag-meter.ts';

describe('LagMeter', () => {
  it('remembers the peak for at least ten seconds and at most twenty', () => {
    const meter = new LagMeter();
    meter.record(50, 1_000);
    meter.record(3, 2_000);
    expect(meter.lastMs).toBe(3);
    expect(meter.peakMs(10_999)).toBe(50);
    meter.record(4, 12_000);
    expect(meter.peakMs(12_000)).toBe(50);
    expect(meter.peakMs(22_001)).toBe(4);
    expect(meter.peakMs(32_002)).toBe(0);
  });

  it('forgets after a long silence', () => {
    const meter = new LagMeter();
    meter.record(50, 1_000);
    expect(meter.peakMs(1_000_000)).toBe(0);
  });
});
