import { Rng } from '@hearsay/core';
import { Codec } from '@hearsay/wire';
import { describe, expect, it } from 'vitest';
import { numberOf, type Outcome } from '../src/suite.ts';
import { codec } from '../src/suites/codec.ts';
import { PACKET_BYTES_MAX, SAMPLE_NAMES, samplePackets, toJson } from '../src/suites/sample-packets.ts';
import { columnsOfPlot } from './plot-columns.ts';

const job = { seed: 3, roundCount: 1, operationCount: 2 };
const outcome = codec.run(job);

function bytesIn(measured: Outcome): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(measured).filter(([key]) => key.endsWith('bytes')));
}

function failedWith(changes: Outcome): readonly string[] {
  const { checks } = codec.summarize(
    [job],
    [{ ...outcome, 'full packet: encode µs': 1, 'full packet: JSON encode µs': 2, ...changes }],
  );
  return checks.filter((check) => !check.ok).map((check) => check.name);
}

describe('sample packets', () => {
  const packets = samplePackets(new Rng(1));
  const wire = new Codec({});

  it('are a pure function of the seed', () => {
    expect(samplePackets(new Rng(1))).toEqual(packets);
    expect(samplePackets(new Rng(2))).not.toEqual(packets);
  });

  it.each(SAMPLE_NAMES)('survive the codec: %s', (name) => {
    expect(wire.decode(wire.encode(packets[name]))).toEqual({ ok: true, packet: packets[name], skippedCount: 0 });
  });

  it('include one that is as full as it can be', () => {
    const { length } = wire.encode(packets['full packet']);
    expect(length).toBeLessThanOrEqual(PACKET_BYTES_MAX);
    // One more rumor of 100 bytes would not fit.
    expect(length).toBeGreaterThan(PACKET_BYTES_MAX - 150);
  });

  it('are held against JSON that has everything in it', () => {
    const [ping, claims] = JSON.parse(toJson(packets['ping with claims'])).messages;
    expect(ping.message).toMatchObject({ type: 'ping', target: 'node-17' });
    expect(claims.message.claims[0]).toMatchObject({ name: 'node-0', zone: 'eu-1a' });
    const [record] = JSON.parse(toJson(packets['store record'])).messages[0].message.records;
    expect(Buffer.from(record.value, 'base64')).toHaveLength(64);
  });
});

describe('a run', () => {
  it('finds the same bytes every time, and with every seed', () => {
    expect(bytesIn(codec.run(job))).toEqual(bytesIn(outcome));
    // Sequence numbers are of fixed length on the wire, and JSON writes them in digits.
    expect(codec.run({ ...job, seed: 4 })).toMatchObject({ 'ping: bytes': numberOf(outcome, 'ping: bytes') });
  });

  it('has a row for each packet, with every column that it plots', () => {
    const { rows, plots } = codec.summarize([job], [outcome]);
    expect(rows.map((row) => row.packet)).toEqual(SAMPLE_NAMES);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(expect.arrayContaining(plots.flatMap(columnsOfPlot)));
      for (const column of ['encode µs', 'JSON encode µs', 'decode µs', 'JSON decode µs']) {
        expect(row[column]).toBeGreaterThan(0);
      }
    }
  });

  it('passes with bytes as they are', () => {
    expect(failedWith({})).toEqual([]);
  });

  it.each([
    [{ 'ping: bytes': 84 - numberOf(outcome, 'ack: bytes') }, 'bytes of a ping and its ack; memberlist sends 83'],
    [{ 'full packet: bytes': 1_401 }, 'bytes of a full packet'],
    [{ 'full packet: encode µs': 2.1 }, 'time to encode a full packet, as a share of JSON'],
  ])('fails with %j', (changes, name) => {
    expect(failedWith(changes)).toEqual([name]);
  });

  it('is one job, so that its times are measured alone', () => {
    expect(codec.jobs({ seed: 1, isQuick: true })).toHaveLength(1);
  });
});
