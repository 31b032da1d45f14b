/** Could an honest peer have sent this message? Deltas are checked by the owner of the maps. */
import { isName, type MapPosition } from '@hearsay/core';
import { UINT32_MAX } from './config.ts';
import type { ScuttlebuttMessage } from './messages.ts';

/** Checks types, ranges and lengths, also where the compiler believes them: the message may come from any decoder. */
export function isPlausible(message: ScuttlebuttMessage, originCountMax: number): boolean {
  switch (message?.type) {
    case 'digest':
      return typeof message.isWhole === 'boolean' && arePositions(message.positions, originCountMax);
    case 'request':
      return arePositions(message.positions, originCountMax);
    case 'delta':
      return Array.isArray(message.deltas) && message.deltas.length <= originCountMax;
    default:
      return false;
  }
}

function arePositions(positions: readonly MapPosition[], countMax: number): boolean {
  if (!Array.isArray(positions) || positions.length > countMax) return false;
  for (const position of positions) {
    if (typeof position?.origin !== 'string' || !isName(position.origin)) return false;
    if (!isUint32(position.generation) || !isUint32(position.version)) return false;
  }
  return true;
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}
