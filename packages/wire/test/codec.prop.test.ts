import type { PacketShape } from '@hearsay/testkit';
import {
  arbitraryMessage,
  arbitraryPacket,
  extremeClaim,
  extremeMessage,
  extremeName,
  extremePacket,
  extremeRecord,
  extremeRumor,
} from '@hearsay/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireMessage } from '../src/index.ts';
import { Codec } from '../src/index.ts';

const codec = new Codec({ label: 'prop' });

/** Without the caches of the codec under test. */
function freshSizeOf(message: WireMessage): number {
  return new Codec({ label: 'prop' }).sizeOf(message);
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe.each([
  ['small', arbitraryPacket()],
  ['extreme', extremePacket()],
])('packets of the %s domain', (_domain, packets) => {
  it('survive a round trip', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(codec.decode(codec.encode(packet))).toEqual({ ok: true, packet, skippedCount: 0 });
      }),
    );
  });

  it('are as large as their overhead and their messages say', () => {
    fc.assert(
      fc.property(packets, (packet: PacketShape) => {
        const expected = codec.overheadBytes(packet.from, packet.address) + total(packet.messages.map(freshSizeOf));
        expect(codec.encode(packet).length).toBe(expected);
      }),
    );
  });

  it('have the same bytes when they are encoded again, and from equal objects', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const bytes = codec.encode(packet);
        expect(codec.encode(packet)).toEqual(bytes);
        expect(codec.encode(structuredClone(packet))).toEqual(bytes);
      }),
    );
  });
});

describe('the sizes of single items', () => {
  const length = { minLength: 1, maxLength: 60 };

  it('bound the size of a message with several claims', () => {
    fc.assert(
      fc.property(fc.array(extremeClaim(), length), (claims) => {
        const size = codec.sizeOf({ protocol: 'swim', message: { type: 'claims', claims } });
        expect(total(claims.map((claim) => codec.claimBytes(claim)))).toBeGreaterThanOrEqual(size);
      }),
    );
  });

  it('are exact for a message with one', () => {
    fc.assert(
      fc.property(extremeClaim(), extremeRumor(), (claim, rumor) => {
        expect(codec.claimBytes(claim)).toBe(
          codec.sizeOf({ protocol: 'swim', message: { type: 'claims', claims: [claim] } }),
        );
        expect(codec.rumorBytes(rumor)).toBe(
          codec.sizeOf({ protocol: 'rumor', message: { type: 'push', rumors: [rumor] } }),
        );
      }),
    );
  });

  it('bound the size of a message with several rumors', () => {
    fc.assert(
      fc.property(fc.array(extremeRumor(), length), (rumors) => {
        const size = codec.sizeOf({ protocol: 'rumor', message: { type: 'push', rumors } });
        expect(total(rumors.map((rumor) => codec.rumorBytes(rumor)))).toBeGreaterThanOrEqual(size);
      }),
    );
  });

  it('bound what records add to an empty push of anti-entropy', () => {
    fc.assert(
      fc.property(fc.array(extremeRecord(), length), fc.array(extremeClaim(), length), (records, claims) => {
        const store = (some: typeof records) =>
          codec.sizeOf({ protocol: 'store', message: { type: 'push', session: 1, records: some } });
        const members = (some: typeof claims) =>
          codec.sizeOf({ protocol: 'members', message: { type: 'push', session: 1, records: some } });
        const recordsBytes = total(records.map((record) => codec.recordBytes(record)));
        const claimsBytes = total(claims.map((claim) => codec.claimBytes(claim)));
        expect(store(records)).toBeLessThanOrEqual(store([]) + recordsBytes);
        expect(members(claims)).toBeLessThanOrEqual(members([]) + claimsBytes);
      }),
    );
  });

  it('do not depend on what was encoded before', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryMessage(), extremeMessage()), extremeName(), (message, from) => {
        const size = freshSizeOf(message);
        codec.encode({ from, generation: 1, address: '', messages: [message] });
        expect(codec.sizeOf(message)).toBe(size);
      }),
    );
  });
});
