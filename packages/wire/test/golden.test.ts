import type { Vector } from '@hearsay/testkit';
import { hexBytes, loadVectors, vectorFiles } from '@hearsay/testkit';
import { describe, expect, it } from 'vitest';
import type { CodecOptions, DecodeResult, Packet, WireErrorReason } from '../src/index.ts';
import { Codec, WireError } from '../src/index.ts';

interface GoodVector extends Vector {
  readonly label?: string;
  readonly packet: Packet;
}
interface BadVector extends Vector {
  readonly options?: CodecOptions;
  readonly reason: WireErrorReason;
}

const FOLDER = new URL('./vectors/v1/', import.meta.url);
const BAD_FILE = new URL('bad.json', FOLDER);
const goodFiles = vectorFiles(FOLDER).filter((file) => file.href !== BAD_FILE.href);
const good = goodFiles.flatMap((file) => loadVectors<GoodVector>(file));
const bad = loadVectors<BadVector>(BAD_FILE);

/** Decodes what may be broken. Everything but a result is a failure of the test. */
function decoded(codec: Codec, bytes: Uint8Array): DecodeResult {
  const result = codec.decode(bytes);
  if (!result.ok) expect(result.error).toBeInstanceOf(WireError);
  return result;
}

function codecFor({ label = '' }: GoodVector): Codec {
  return new Codec({ label });
}

describe.each(good.map((vector) => [vector.packet.messages[0]?.protocol ?? 'packet', vector.name, vector] as const))(
  'the golden vector of %s: %s',
  (_protocol, _name, vector) => {
    const bytes = hexBytes(vector.hex);

    it('is what the codec encodes', () => {
      expect(Buffer.from(codecFor(vector).encode(vector.packet)).toString('hex')).toBe(
        Buffer.from(bytes).toString('hex'),
      );
    });

    it('is decoded without a field skipped', () => {
      expect(codecFor(vector).decode(bytes)).toEqual({ ok: true, packet: vector.packet, skippedCount: 0 });
    });

    it('cut off anywhere is refused or decoded, and never throws', () => {
      for (let length = 0; length < bytes.length; length++) decoded(codecFor(vector), bytes.subarray(0, length));
    });

    it('with any one bit flipped is refused or decoded, and never throws', () => {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = new Uint8Array(bytes);
        flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
        decoded(codecFor(vector), flipped);
      }
    });
  },
);

describe('the golden vectors', () => {
  it('have every kind of message', () => {
    const kinds = good
      .flatMap(({ packet }) => packet.messages.map((item) => `${item.protocol} ${item.message.type}`))
      // The log of rumors has the messages of the other replicas: what is its own is the record.
      .filter((kind) => !kind.startsWith('rumor-log ') || kind === 'rumor-log push');
    const antiEntropy = [
      'probe',
      'equal',
      'digests',
      'items',
      'push',
      'want',
      'done',
      'close',
      'closed',
      'sums',
      'fetch',
      'cells',
      'more',
    ];
    const swim = ['ping', 'ack', 'ping-req', 'nack', 'claims', 'join', 'join-reply', 'tags-request', 'tags'];
    const expected = [
      ...swim.map((type) => `swim ${type}`),
      ...['syn', 'ack', 'deltas', 'echo', 'echo-reply'].map((type) => `heartbeat ${type}`),
      ...['ping', 'pong', 'fail'].map((type) => `quorum ${type}`),
      'rumor push',
      'rumor-log push',
      'rumor query',
      'rumor offer',
      'rumor fetch',
      'rumor seen',
      ...['eager', 'announce', 'graft', 'prune', 'exchange', 'tally', 'tallied'].map((type) => `rumor ${type}`),
      'root root',
      'roots roots',
      'stability stability',
      'stability buried',
      ...['digest', 'request', 'delta'].map((type) => `state ${type}`),
      ...antiEntropy.flatMap((type) => [`members ${type}`, `store ${type}`]),
    ];
    expect(new Set(kinds)).toEqual(new Set(expected));
  });
});

describe('a bad vector', () => {
  it.each(bad.map((vector) => [vector.name, vector] as const))('is refused: %s', (_name, { options, hex, reason }) => {
    const result = decoded(new Codec(options), hexBytes(hex));
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.error).toMatchObject({ code: 'ERR_WIRE', reason });
  });
});
