import { describe, expect, it } from 'vitest';
import type { Packet, WireMessage } from '../src/index.ts';
import { Codec, MESSAGE_COUNT_MAX, VALUE_COUNT_MAX } from '../src/index.ts';
import { REMEMBERED_PACKET_COUNT } from '../src/limits.ts';

const codec = new Codec();
/** A busy machine needs ten times as long as a quiet one. */
const SLOW_MS = 30_000;
const EMPTY: Packet = { from: 'n1', generation: 1, address: '', messages: [] };
const CLAIM = {
  name: 'n1',
  address: '10.0.0.1:7946',
  generation: 1,
  incarnation: 0,
  status: 'alive',
  zone: '',
  tagsDigest: 0,
  accuser: '',
  grounds: undefined,
  endedAtSeconds: 0,
} as const;

function packetOf(...messages: WireMessage[]): Packet {
  return { ...EMPTY, messages };
}

/** A packet with these bytes as its one message. */
function packetWith(...message: number[]): Uint8Array {
  return Uint8Array.of(...codec.encode(EMPTY), 0x22, message.length, ...message);
}

describe('what a decoded packet shares with the buffer that it came in', () => {
  it.each([
    ['Uint8Array', (bytes: Uint8Array) => new Uint8Array(bytes)],
    ['Buffer', (bytes: Uint8Array) => Buffer.from(bytes)],
  ])('is nothing, for a %s', (_class, copyOf) => {
    const payload = Uint8Array.of(1, 2, 3);
    const id = { origin: 'n1', generation: 1, sequence: 1 };
    const sum = Uint8Array.from({ length: 16 }, (_, index) => index);
    const stamp = { wallMs: 1, counter: 1 };
    const packet = packetOf(
      { protocol: 'rumor', message: { type: 'push', rumors: [{ id, topic: 't', payload, priority: 'normal' }] } },
      { protocol: 'store', message: { type: 'probe', session: 1, depth: 1, count: 1, sum } },
      {
        protocol: 'store',
        message: { type: 'push', session: 1, records: [{ key: 'k', stamp, origin: 'n', kind: 'set', value: payload }] },
      },
    );
    const buffer = copyOf(codec.encode(packet));
    const result = codec.decode(buffer);
    buffer.fill(0xff);
    expect(result).toEqual({ ok: true, packet, skippedCount: 0 });
  });
});

describe('what a newer sender may send', () => {
  it('of several kinds in one message the last counts', () => {
    const [ack, nack] = [
      [0x12, 0x00],
      [0x22, 0x00],
    ] as const;
    const kindOf = (...bytes: number[]): unknown => {
      const result = codec.decode(packetWith(...bytes));
      return result.ok && result.packet.messages.map(({ message }) => message.type);
    };
    expect(kindOf(...ack, ...nack)).toEqual(['nack']);
    expect(kindOf(...nack, ...ack)).toEqual(['ack']);
    expect(kindOf(...ack, ...nack, 0xfa, 0x01, 0x01, 0x00)).toEqual(['nack']);
  });

  it('a message of an unknown kind is skipped and counted', () => {
    expect(codec.decode(packetWith(0xfa, 0x01, 0x01, 0x00))).toEqual({ ok: true, packet: EMPTY, skippedCount: 1 });
  });

  it('a message of anti-entropy of an unknown kind is skipped and counted', () => {
    const unknownCase = [0x4a, 0x07, 0x0d, 1, 0, 0, 0, 0x7a, 0x00];
    expect(codec.decode(packetWith(...unknownCase))).toEqual({ ok: true, packet: EMPTY, skippedCount: 1 });
  });

  it('unknown fields are skipped and counted, of any wire type, groups as one', () => {
    const fields = [
      [0x78, 0x01],
      [0x79, 1, 2, 3, 4, 5, 6, 7, 8],
      [0x7a, 0x01, 0xff],
      [0x7b, 0x08, 0x01, 0x0a, 0x00, 0x7c],
      [0x7d, 1, 2, 3, 4],
    ];
    const ack = [0x12, 2 + fields.flat().length, 0x08, 0x07, ...fields.flat()];
    const packet = packetOf({ protocol: 'swim', message: { type: 'ack', sequence: 7, path: 'packet' } });
    expect(codec.decode(packetWith(...ack))).toEqual({ ok: true, packet, skippedCount: 5 });
    const after = Uint8Array.of(...packetWith(0x12, 0x02, 0x08, 0x07), ...fields.flat());
    expect(codec.decode(after)).toEqual({ ok: true, packet, skippedCount: 5 });
  });

  it('an unknown field does not survive decoding and encoding', () => {
    const result = codec.decode(packetWith(0x12, 0x04, 0x08, 0x07, 0x78, 0x01));
    expect(result.ok && codec.encode(result.packet)).toEqual(Buffer.from(packetWith(0x12, 0x02, 0x08, 0x07)));
  });

  it('a known field of another wire type counts as unknown', () => {
    const packet = packetOf({ protocol: 'swim', message: { type: 'ack', sequence: 0, path: 'packet' } });
    const ack = [0x12, 0x05, 0x0d, 1, 0, 0, 0];
    expect(codec.decode(packetWith(...ack))).toEqual({ ok: true, packet, skippedCount: 1 });
  });

  it('of two kinds in one message the last one counts', () => {
    const packet = packetOf({ protocol: 'swim', message: { type: 'nack', sequence: 2 } });
    const twice = [0x12, 0x02, 0x08, 0x01, 0x22, 0x02, 0x08, 0x02];
    expect(codec.decode(packetWith(...twice))).toEqual({ ok: true, packet, skippedCount: 0 });
  });
});

describe('the limits', () => {
  it('refuse a packet above frameBytesMax before it is read', () => {
    const small = new Codec({ frameBytesMax: 100 });
    expect(small.decode(new Uint8Array(101))).toMatchObject({ ok: false, error: { reason: 'too-large' } });
    expect(small.decode(new Uint8Array(100))).toMatchObject({ ok: false, error: { reason: 'version' } });
  });

  it('encode no packet that a peer with the same limit would refuse', () => {
    const bytes = codec.encode(packetOf({ protocol: 'swim', message: { type: 'join', claim: CLAIM } }));
    const packet = packetOf({ protocol: 'swim', message: { type: 'join', claim: CLAIM } });
    expect(new Codec({ frameBytesMax: bytes.length }).encode(packet)).toEqual(bytes);
    expect(() => new Codec({ frameBytesMax: bytes.length - 1 }).encode(packet)).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_LARGE', limitBytes: bytes.length - 1 }),
    );
  });

  it('hold for the number of messages, both ways', () => {
    const ack: WireMessage = { protocol: 'swim', message: { type: 'ack', sequence: 1, path: 'packet' } };
    const most = codec.encode(packetOf(...Array<WireMessage>(MESSAGE_COUNT_MAX).fill(ack)));
    expect(codec.decode(most).ok).toBe(true);
    const oneMore = Buffer.concat([most, Uint8Array.of(0x22, 0x00)]);
    expect(codec.decode(oneMore)).toMatchObject({ ok: false, error: { reason: 'too-large' } });
    const messages = Array<WireMessage>(MESSAGE_COUNT_MAX + 1).fill(ack);
    expect(() => codec.encode(packetOf(...messages))).toThrow(expect.objectContaining({ code: 'ERR_TOO_LARGE' }));
  });

  it('let a member table of 65536 through', { timeout: SLOW_MS }, () => {
    const claims = Array.from({ length: 65_536 }, (_, index) => ({ ...CLAIM, name: `n${index}` }));
    const large = new Codec({ frameBytesMax: 2 ** 24 });
    const bytes = large.encode(packetOf({ protocol: 'swim', message: { type: 'join-reply', claims } }));
    expect(large.decode(bytes).ok).toBe(true);
  });

  it.each([
    ['messages', [], 0x22],
    ['claims', [0x22, 0x2a], 0x0a],
    ['buckets of anti-entropy', [0x22, 0x4a, 0x2a], 0x0a],
    ['tags', [0x22, 0x62, 0x0a], 0x12],
  ])('refuse more values than VALUE_COUNT_MAX before they are made: %s', (_name, path, innermost) => {
    let body = Uint8Array.from({ length: (VALUE_COUNT_MAX + 1) * 2 }, (_, index) => (index % 2 === 0 ? innermost : 0));
    for (const tag of path.toReversed()) body = field(tag, body);
    const bytes = Buffer.concat([codec.encode(EMPTY), body]);
    expect(codec.decode(bytes)).toMatchObject({ ok: false, error: { reason: 'too-large' } });
  });
});

/** Tag, length, value. */
function field(tag: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = [];
  for (let rest = value.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  const bytes = new Uint8Array(1 + length.length + value.length);
  bytes.set([tag, ...length]);
  bytes.set(value, 1 + length.length);
  return bytes;
}

describe('text that UTF-8 cannot hold', () => {
  it('is sent with a replacement character, or every peer would refuse the packet', () => {
    const tagsMessage = (key: string, value: string): WireMessage => ({
      protocol: 'swim',
      message: { type: 'tags', members: [{ name: 'n1', tags: new Map([[key, value]]) }] },
    });
    const result = codec.decode(codec.encode(packetOf(tagsMessage('k\ud800', '\udc00v'))));
    expect(result).toMatchObject({ ok: true, packet: packetOf(tagsMessage('k\ufffd', '\ufffdv')) });
  });
});

describe('the caches', () => {
  /** A claim, and how often it was encoded. */
  function watchedClaim() {
    const watched = { encodedCount: 0 };
    const claim = new Proxy<typeof CLAIM>(CLAIM, {
      get: (target, key, receiver) => {
        // Once for each encoding.
        if (key === 'generation') watched.encodedCount += 1;
        return Reflect.get(target, key, receiver);
      },
    });
    return { watched, claim };
  }
  const claimsPacket = (claim: typeof CLAIM): Packet =>
    packetOf({ protocol: 'swim', message: { type: 'claims', claims: [claim] } });
  const encodeOthers = (codec: Codec, count: number): void => {
    for (let index = 0; index < count; index++) codec.encode(EMPTY);
  };

  it('encode a claim once, however many packets it rides on', () => {
    const { watched, claim } = watchedClaim();
    codec.claimBytes(claim);
    expect(watched.encodedCount).toBe(1);
    codec.encode(claimsPacket(claim));
    codec.encode(packetOf({ protocol: 'members', message: { type: 'push', session: 1, records: [claim] } }));
    expect(watched.encodedCount).toBe(1);
  });

  it('keep what rides on a packet now and then', () => {
    const codec = new Codec();
    const { watched, claim } = watchedClaim();
    for (let turn = 0; turn < 10; turn++) {
      codec.encode(claimsPacket(claim));
      encodeOthers(codec, REMEMBERED_PACKET_COUNT - 1);
    }
    expect(watched.encodedCount).toBe(1);
  });

  it('forget what has not been sent for a while, though it is still there', () => {
    const codec = new Codec();
    const { watched, claim } = watchedClaim();
    codec.encode(claimsPacket(claim));
    encodeOthers(codec, 2 * REMEMBERED_PACKET_COUNT);
    codec.encode(claimsPacket(claim));
    expect(watched.encodedCount).toBe(2);
  });
});

describe('a label', () => {
  it('keeps two clusters apart', () => {
    const [a, b] = [new Codec({ label: 'a' }), new Codec({ label: 'b' })];
    expect(a.decode(a.encode(EMPTY))).toMatchObject({ ok: true });
    for (const other of [b, codec]) {
      expect(other.decode(a.encode(EMPTY))).toMatchObject({ ok: false, error: { reason: 'label' } });
      expect(a.decode(other.encode(EMPTY))).toMatchObject({ ok: false, error: { reason: 'label' } });
    }
  });

  it('takes four bytes', () => {
    expect(new Codec({ label: 'a' }).overheadBytes('n1')).toBe(codec.overheadBytes('n1') + 4);
  });
});
