export type { RingConfig } from './config.ts';
export { RING_DEFAULTS, ringConfig } from './config.ts';
export { crc16, keySlot, SLOT_COUNT } from './key-slot.ts';
export type { MovedRange } from './moved-ranges.ts';
export { movedRanges } from './moved-ranges.ts';
export { murmur3Token, TOKEN_MAX, TOKEN_MIN } from './murmur3.ts';
export type { RingInput, RingReading } from './ring-reading.ts';
export { pendingOwnersOf, pendingRanges, RingReader } from './ring-reading.ts';
export type { SchemaAgreement } from './schema.ts';
export { SCHEMA_KEY, schemaAgreement } from './schema.ts';
export type { SlotClaim, SlotRange } from './slot-claim.ts';
export {
  formatSlotClaim,
  formatSlotRanges,
  parseSlotClaim,
  parseSlotRanges,
  SLOTS_KEY,
  slotRangesOf,
  slotsIn,
} from './slot-claim.ts';
export type { MovedSlots, SlotMember } from './slot-map.ts';
export { movedSlots, SlotMap } from './slot-map.ts';
export type { TokenClaim, Tokens } from './token-claim.ts';
export { formatTokenClaim, parseTokenClaim, TOKENS_KEY, tokensOf } from './token-claim.ts';
export type { RingMember, TokenRange } from './token-ring.ts';
export { TokenRing } from './token-ring.ts';
export type { TokenStatus } from './token-status.ts';
export { nextTokenClaim, statusesAfter, TOKEN_STATUSES } from './token-status.ts';
