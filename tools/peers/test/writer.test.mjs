import { describe, expect, it } from 'vitest';
import { faultsOf, isNewer, Writer } from '../agents/writer.mjs';

describe('isNewer', () => {
  it('goes by time, then counter, then writer, and a name may have dots', () => {
    expect([
      isNewer('10.0.a', '9.5.b'),
      isNewer('9.6.a', '9.5.b'),
      isNewer('9.5.a.b', '9.5.a'),
      isNewer('9.5.a', '9.5.a'),
      isNewer('9.5.b', '10.0.a'),
    ]).toEqual([true, true, true, false, false]);
  });
});

describe('a writer', () => {
  const counted = () => {
    let version = 0;
    /** @type {string[]} */
    const bodies = [];
    const agent = {
      isUp: true,
      ask: async (/** @type {{ body: string }} */ { body }) => {
        bodies.push(body);
        const lines = body.split('\n').map((line) => JSON.parse(line));
        const written = lines.map(({ key, isDeleted }) =>
          isDeleted ? { key, isDeleted } : { key, version: `${++version}.0.a` },
        );
        return { status: 200, body: Buffer.from(JSON.stringify(written)) };
      },
    };
    return { agent: /** @type {any} */ (agent), bodies };
  };

  it('remembers what was acknowledged, and finds what is missing or came back', async () => {
    const { agent } = counted();
    let draw = 0;
    // Every third write is of a key that is to be deleted, or its deletion.
    const writer = new Writer({
      agents: [agent],
      perSecond: 3_000,
      durationMs: 60,
      random: () => (draw++ % 3 === 0 ? 0 : 1),
    });
    await writer.run();
    expect(writer.acknowledgedCount).toBeGreaterThan(20);
    expect([writer.unknownCount, writer.deleted.size > 3]).toEqual([0, true]);
    const held = new Map(writer.versions);
    expect(faultsOf(writer, held)).toEqual({ lost: [], resurrected: [] });
    const [some = ''] = held.keys();
    const [gone = ''] = writer.deleted;
    held.set(some, '0.0.a').set(gone, '1.0.a');
    expect(faultsOf(writer, held)).toEqual({ lost: [some], resurrected: [gone] });
    held.delete(some);
    expect(faultsOf(writer, held).lost).toEqual([some]);
  });

  it('counts on nothing that was not answered', async () => {
    const agent = /** @type {any} */ ({ isUp: true, ask: async () => Promise.reject(new Error('gone')) });
    const writer = new Writer({ agents: [agent], perSecond: 1_000, durationMs: 20, random: () => 1 });
    await writer.run();
    expect([writer.acknowledgedCount, writer.versions.size, writer.unknownCount > 0]).toEqual([0, 0, true]);
  });
});
