import { NAME_BYTES_MAX, Rng, WallClock } from '@hearsay/core';
import { type Packet, type StackCommand, StackCore, stackConfig } from '@hearsay/stack';
import { type ClaimShape, extremeClaim, extremePacket } from '@hearsay/testkit';
import { Codec } from '@hearsay/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const SELF = { address: '10.0.0.1:7946', generation: 1_000_000 };
const UINT32_MAX = 0xffff_ffff;

/** What a node goes through: its own work, its peers' packets, and the time that passes. */
type Step = { readonly command: StackCommand } | { readonly packet: Packet } | { readonly waitMs: number };

const bytes = fc.oneof(fc.nat(200), fc.nat(3_000)).map((sizeBytes) => new Uint8Array(sizeBytes));
const id = fc.record({
  origin: fc.constant('me'),
  generation: fc.constant(SELF.generation),
  sequence: fc.nat(UINT32_MAX),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  extremePacket().map((packet) => ({ packet })),
  fc.array(extremeClaim(), { maxLength: 40 }).map((claims) => ({ packet: introduction(claims) })),
  fc.constantFrom(10, 300, 2_000).map((waitMs) => ({ waitMs })),
  fc.record({ key: fc.constantFrom('x', 'y', 'k'.repeat(500)), value: bytes }).map((set) => ({
    command: { type: 'store-set' as const, ...set },
  })),
  fc
    .record({
      id,
      topic: fc.constantFrom('t', 't'.repeat(256)),
      payload: bytes,
      priority: fc.constant('high' as const),
    })
    .map((rumor) => ({ command: { type: 'publish' as const, rumor } })),
);

/** Claims that are plausible enough to be believed, so that there are members to talk to. */
function introduction(claims: readonly ClaimShape[]): Packet {
  const believed = claims.map((claim) => ({ ...claim, generation: SELF.generation, tags: new Map<string, string>() }));
  return {
    from: 'b',
    generation: 1,
    address: '',
    messages: [{ protocol: 'swim', message: { type: 'claims', claims: believed } }],
  };
}

describe('a node with its codec', () => {
  it('sends no datagram above packetBytesMax, whatever it does and hears, and nothing that cannot be encoded', () => {
    const sentCounts = { packet: 0, stream: 0 };
    const setup = fc.record({
      name: fc.constantFrom('me', 'n'.repeat(NAME_BYTES_MAX)),
      label: fc.constantFrom('', 'blue'),
      packetBytesMax: fc.constantFrom(512, 1_400),
      seed: fc.integer(),
      steps: fc.array(step, { maxLength: 25 }),
    });
    fc.assert(
      fc.property(setup, ({ name, label, packetBytesMax, seed, steps }) => {
        const codec = new Codec({ label });
        const node = new BareNode(codec, { name, packetBytesMax, seed }, (packet, via) => {
          const sizeBytes = codec.encode(packet).length;
          if (via === 'packet') expect(sizeBytes).toBeLessThanOrEqual(packetBytesMax);
          sentCounts[via] += 1;
        });
        for (const each of steps) node.take(each);
      }),
    );
    expect(sentCounts.packet).toBeGreaterThan(0);
    expect(sentCounts.stream).toBeGreaterThan(0);
  });
});

/** A stack whose timers fire as the steps say. */
class BareNode {
  readonly #stack: StackCore;
  readonly #onSend: (packet: Packet, via: 'packet' | 'stream') => void;
  #timers: { readonly dueMs: number; readonly input: Parameters<StackCore['step']>[0] }[] = [];
  #nowMs = 0;

  constructor(
    codec: Codec,
    options: { readonly name: string; readonly packetBytesMax: number; readonly seed: number },
    onSend: (packet: Packet, via: 'packet' | 'stream') => void,
  ) {
    this.#onSend = onSend;
    this.#stack = new StackCore({
      config: stackConfig({ limits: { packetBytesMax: options.packetBytesMax } }),
      self: { ...SELF, name: options.name, tags: new Map() },
      sizes: codec,
      rng: new Rng(options.seed),
      wallClock: new WallClock(SELF.generation * 1_000, 0),
      cluster: '',
    });
    this.take({ command: { type: 'start' } });
  }

  take(step: Step): void {
    if ('command' in step) this.#step({ kind: 'command', command: step.command });
    else if ('packet' in step) this.#step({ kind: 'message', from: '10.0.0.2:7946', message: step.packet });
    else this.#advance(step.waitMs);
  }

  #advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      this.#timers.sort((a, b) => a.dueMs - b.dueMs);
      const next = this.#timers[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers.shift();
      this.#nowMs = next.dueMs;
      this.#step(next.input);
    }
    this.#nowMs = endMs;
  }

  #step(input: Parameters<StackCore['step']>[0]): void {
    this.#stack.step(input, this.#nowMs, {
      send: (_to, packet, via = 'packet') => this.#onSend(packet, via),
      schedule: (timer, delayMs) =>
        this.#timers.push({ dueMs: this.#nowMs + delayMs, input: { kind: 'timer', timer } }),
      notify: () => {},
    });
  }
}
