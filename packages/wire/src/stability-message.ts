/** Messages of causal stability to and from the fields of the schema. */
import { HLC_COUNTER_MAX } from '@hearsay/core';
import type { hearsay } from '#proto';
import { checkedIn, checkedName, refuse } from './checks.ts';
import type { Grave, WireMessage } from './packet.ts';
import { wellFormed } from './well-formed.ts';

type Message = Extract<WireMessage, { readonly protocol: 'stability' }>['message'];
type Fields = hearsay.wire.v1.Message.$Properties;
type StabilityFields = hearsay.wire.v1.Stability.$Properties;
type GapFields = hearsay.wire.v1.Gap.$Properties;
type GraveFields = hearsay.wire.v1.Grave.$Properties;

const UINT32_RANGE = 0x1_0000_0000;
const UINT32_MAX = UINT32_RANGE - 1;
const UINT16_MAX = 0xffff;
const GRAVE_COUNT_MAX = 4_096;
const GAP_COUNT_MAX = 4;
const ROOT_BYTES = 8;
const HEX_RADIX = 16;
const HEX_DIGITS_PER_BYTE = 2;

export function stabilityFields(message: Message): Fields {
  if (message.type === 'buried') return { buried: { graves: message.graves.map(graveFields) } };
  const { nowMs, lowMs, floorMs, root, isWaiting, gaps = [] } = message;
  return {
    stability: {
      nowMsHigh: Math.floor(nowMs / UINT32_RANGE),
      nowMsLow: nowMs % UINT32_RANGE,
      lowAgeMs: ageMs(nowMs, lowMs),
      floorAgeMs: ageMs(nowMs, floorMs),
      root: hexBytes(root),
      isWaiting,
      gaps: gaps.map(({ fromMs, untilMs }) => ({ fromAgeMs: ageMs(nowMs, fromMs), untilAgeMs: ageMs(nowMs, untilMs) })),
    },
  };
}

export function stabilityMessage(fields: StabilityFields): Message {
  const nowMs = wallMs('stability.now_ms_high', fields.nowMsHigh, fields.nowMsLow);
  const { root } = fields;
  const gaps = fields.gaps ?? [];
  if (gaps.length > GAP_COUNT_MAX) refuse('stability.gaps', `are more than ${GAP_COUNT_MAX}`);
  if (root?.length !== ROOT_BYTES) refuse('stability.root', `has not ${ROOT_BYTES} bytes`);
  return {
    type: 'stability',
    nowMs,
    lowMs: timeBefore(nowMs, fields.lowAgeMs ?? 0),
    floorMs: timeBefore(nowMs, fields.floorAgeMs ?? 0),
    root: hexText(root),
    isWaiting: fields.isWaiting ?? false,
    ...(gaps.length === 0 ? {} : { gaps: gaps.map((gap) => gapOf(nowMs, gap)) }),
  };
}

/** Whether they are in order is for the reader to say: a wrong one is no reason to drop the packet. */
function gapOf(nowMs: number, { fromAgeMs, untilAgeMs }: GapFields): { fromMs: number; untilMs: number } {
  return { fromMs: timeBefore(nowMs, fromAgeMs ?? 0), untilMs: timeBefore(nowMs, untilAgeMs ?? 0) };
}

export function buriedMessage(fields: hearsay.wire.v1.Buried.$Properties): Message {
  const graves = fields.graves ?? [];
  if (graves.length > GRAVE_COUNT_MAX) refuse('buried.graves', `are more than ${GRAVE_COUNT_MAX}`);
  return { type: 'buried', graves: graves.map(graveOf) };
}

function graveFields({ key, stamp, origin }: Grave): GraveFields {
  const { wallMs: timeMs, counter } = stamp;
  return {
    key: wellFormed(key),
    origin,
    wallMsHigh: Math.floor(timeMs / UINT32_RANGE),
    wallMsLow: timeMs % UINT32_RANGE,
    counter,
  };
}

function graveOf({ key, origin, wallMsHigh, wallMsLow, counter }: GraveFields): Grave {
  return {
    key: key ?? '',
    stamp: {
      wallMs: wallMs('grave.wall_ms_high', wallMsHigh, wallMsLow),
      counter: checkedIn('grave.counter', counter ?? 0, 0, HLC_COUNTER_MAX),
    },
    origin: checkedName('grave.origin', origin ?? ''),
  };
}

function wallMs(field: string, high: number | null | undefined, low: number | null | undefined): number {
  return checkedIn(field, high ?? 0, 0, UINT16_MAX) * UINT32_RANGE + (low ?? 0);
}

/** Saturates: what lies so far back is as good as nothing. */
function ageMs(nowMs: number, timeMs: number): number {
  return Math.min(Math.max(0, nowMs - timeMs), UINT32_MAX);
}

function timeBefore(nowMs: number, ageBackMs: number): number {
  return ageBackMs === UINT32_MAX ? 0 : Math.max(0, nowMs - ageBackMs);
}

function hexBytes(digits: string): Uint8Array {
  return Uint8Array.from({ length: ROOT_BYTES }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), HEX_RADIX),
  );
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(HEX_RADIX).padStart(HEX_DIGITS_PER_BYTE, '0')).join('');
}
