/** Whole packets, over a small domain and an extreme one. */
import type { Endpoint, NodeId } from '@hearsay/core';
import * as fc from 'fast-check';
import type { ClaimShape, RecordShape, RumorShape } from './arbitraries.ts';
import {
  arbitraryClaim,
  arbitraryEndpoint,
  arbitraryName,
  arbitraryRecord,
  arbitraryRumor,
  arbitraryTags,
} from './arbitraries.ts';
import { type AntiEntropyMessageShape, arbitraryAntiEntropyMessage } from './arbitraries-anti-entropy.ts';
import type { HeartbeatMessageShape, QuorumMessageShape } from './arbitraries-detectors.ts';
import { arbitraryHeartbeatMessage, arbitraryQuorumMessage } from './arbitraries-detectors.ts';
import {
  extremeClaim,
  extremeEndpoint,
  extremeName,
  extremeRecord,
  extremeRumor,
  extremeTags,
  extremeText,
  extremeUint32,
} from './arbitraries-extreme.ts';
import type { MessageDomain, RumorMessageShape, SwimMessageShape } from './arbitraries-messages.ts';
import { arbitraryRumorMessage, arbitrarySwimMessage } from './arbitraries-messages.ts';
import { arbitraryStateMessage, type StateDomain, type StateMessageShape } from './arbitraries-state.ts';

/** The shape of a message with the protocol that it belongs to. */
export type WireMessageShape =
  | { readonly protocol: 'swim'; readonly message: SwimMessageShape }
  | { readonly protocol: 'heartbeat'; readonly message: HeartbeatMessageShape }
  | { readonly protocol: 'quorum'; readonly message: QuorumMessageShape }
  | { readonly protocol: 'rumor'; readonly message: RumorMessageShape }
  | { readonly protocol: 'members'; readonly message: AntiEntropyMessageShape<ClaimShape> }
  | { readonly protocol: 'store'; readonly message: AntiEntropyMessageShape<RecordShape> }
  | { readonly protocol: 'rumor-log'; readonly message: AntiEntropyMessageShape<RumorShape> }
  | { readonly protocol: 'state'; readonly message: StateMessageShape }
  | { readonly protocol: 'root'; readonly message: RootShape }
  | { readonly protocol: 'roots'; readonly message: RootsShape }
  | { readonly protocol: 'stability'; readonly message: StabilityShape | BuriedShape };

/** The shape of a `StabilityMessage`. */
export interface StabilityShape {
  readonly type: 'stability';
  readonly nowMs: number;
  readonly lowMs: number;
  readonly floorMs: number;
  readonly root: string;
  readonly isWaiting: boolean;
  readonly gaps?: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

/** The shape of a `BuriedMessage`. */
export interface BuriedShape {
  readonly type: 'buried';
  readonly graves: readonly Pick<RecordShape, 'key' | 'stamp' | 'origin'>[];
}

/** The shape of a `RootMessage`. */
export interface RootShape {
  readonly type: 'root';
  readonly salt: number;
  readonly root: number;
}

/** The shape of a `RootsMessage`. */
export interface RootsShape {
  readonly type: 'roots';
  readonly salt: number;
  readonly members: number;
  readonly store: number;
  readonly state?: number;
  readonly rumors?: number;
}

/** The shape of a `Packet`. */
export interface PacketShape {
  readonly from: NodeId;
  readonly generation: number;
  readonly address: Endpoint | '';
  readonly messages: readonly WireMessageShape[];
}

type PacketDomain = MessageDomain & StateDomain;

const SMALL: PacketDomain = {
  name: arbitraryName(),
  endpoint: arbitraryEndpoint(),
  uint32: fc.nat(3),
  claim: arbitraryClaim(),
  tags: arbitraryTags(),
  rumor: arbitraryRumor(),
  record: arbitraryRecord(),
  text: fc.constantFrom('load', 'zone', ''),
  itemCountMax: 3,
};
const EXTREME: PacketDomain = {
  name: extremeName(),
  endpoint: extremeEndpoint(),
  uint32: extremeUint32(),
  claim: extremeClaim(),
  tags: extremeTags(),
  rumor: extremeRumor(),
  record: extremeRecord(),
  text: extremeText(),
  itemCountMax: 40,
};

/** Any message over the small domain. */
export function arbitraryMessage(): fc.Arbitrary<WireMessageShape> {
  return messageOver(SMALL);
}

/** Any message over the extreme domain. */
export function extremeMessage(): fc.Arbitrary<WireMessageShape> {
  return messageOver(EXTREME);
}

/** A packet of up to four messages over the small domain. */
export function arbitraryPacket(): fc.Arbitrary<PacketShape> {
  return packetOver(SMALL);
}

/** A packet of up to four messages over the extreme domain. */
export function extremePacket(): fc.Arbitrary<PacketShape> {
  return packetOver(EXTREME);
}

function messageOver(domain: PacketDomain): fc.Arbitrary<WireMessageShape> {
  return fc.oneof(
    fc.record({ protocol: fc.constant('swim'), message: arbitrarySwimMessage(domain) }),
    fc.record({ protocol: fc.constant('heartbeat'), message: arbitraryHeartbeatMessage(domain) }),
    fc.record({ protocol: fc.constant('quorum'), message: arbitraryQuorumMessage(domain) }),
    fc.record({ protocol: fc.constant('rumor'), message: arbitraryRumorMessage(domain) }),
    fc.record({ protocol: fc.constant('members'), message: arbitraryAntiEntropyMessage(domain, domain.claim) }),
    fc.record({ protocol: fc.constant('store'), message: arbitraryAntiEntropyMessage(domain, domain.record) }),
    fc.record({ protocol: fc.constant('rumor-log'), message: arbitraryAntiEntropyMessage(domain, domain.rumor) }),
    fc.record({ protocol: fc.constant('state'), message: arbitraryStateMessage(domain) }),
    fc.record({ protocol: fc.constant('root'), message: arbitraryRoot(domain.uint32) }),
    fc.record({ protocol: fc.constant('roots'), message: arbitraryRoots(domain.uint32) }),
    fc.record({
      protocol: fc.constant('stability'),
      message: fc.oneof(arbitraryStability(domain), arbitraryBuried(domain)),
    }),
  );
}

function arbitraryRoot(uint32: fc.Arbitrary<number>): fc.Arbitrary<RootShape> {
  return fc.record({ type: fc.constant('root'), salt: uint32, root: uint32 });
}

/** Ages of up to 49 days: what lies further back is told as 0. */
function arbitraryStability({ record, uint32 }: MessageDomain): fc.Arbitrary<StabilityShape> {
  const root = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const aheadOf = (nowMs: number, ageMs: number): number => (ageMs === 0xffff_ffff ? 0 : Math.max(0, nowMs - ageMs));
  return fc
    .tuple(record, uint32, uint32, root, fc.boolean(), fc.array(uint32, { maxLength: 4 }))
    .map(([{ stamp }, lowAgeMs, floorAgeMs, digits, isWaiting, ageMss]) => ({
      type: 'stability',
      nowMs: stamp.wallMs,
      lowMs: aheadOf(stamp.wallMs, lowAgeMs),
      floorMs: aheadOf(stamp.wallMs, floorAgeMs),
      root: digits,
      isWaiting,
      ...(ageMss.length === 0
        ? {}
        : { gaps: ageMss.map((ageMs) => gapOf(aheadOf(stamp.wallMs, ageMs), stamp.wallMs)) }),
    }));
}

/** From then up to half way to the present. */
function gapOf(fromMs: number, nowMs: number): { fromMs: number; untilMs: number } {
  return { fromMs, untilMs: nowMs - Math.floor(Math.min(nowMs - fromMs, 0xffff_ffff) / 2) };
}

function arbitraryBuried({ record, itemCountMax }: MessageDomain): fc.Arbitrary<BuriedShape> {
  const grave = record.map(({ key, stamp, origin }) => ({ key, stamp, origin }));
  return fc.record({ type: fc.constant('buried'), graves: fc.array(grave, { maxLength: itemCountMax }) });
}

function arbitraryRoots(uint32: fc.Arbitrary<number>): fc.Arbitrary<RootsShape> {
  return fc.record(
    { type: fc.constant('roots'), salt: uint32, members: uint32, store: uint32, state: uint32, rumors: uint32 },
    { requiredKeys: ['type', 'salt', 'members', 'store'] },
  );
}

function packetOver(domain: PacketDomain): fc.Arbitrary<PacketShape> {
  return fc.record({
    from: domain.name,
    generation: domain.uint32.map((generation) => Math.max(1, generation)),
    address: fc.oneof(fc.constant<''>(''), domain.endpoint),
    messages: fc.array(messageOver(domain), { maxLength: 4 }),
  });
}
