/** What `hearsay ring` prints for people. */
import type { PlaceView, SchemaView, ShareView, SlotView, TokenView } from '../client/ring-shapes.ts';
import { printable } from './printable.ts';
import { tableLines } from './table.ts';

const PER_CENT = 100;

export function placeLines({ token, owners, pending, slot, slotOwner }: PlaceView): string[] {
  const [owner = '(nobody)', ...replicas] = owners;
  return tableLines([
    ['token', token],
    ['owner', owner],
    ...replicas.map((name) => ['replica', name]),
    ...pending.map((name) => ['pending', name]),
    ['slot', `${slot}, of ${slotOwner ?? 'nobody'}`],
  ]);
}

export function shareLines(shares: readonly ShareView[]): string[] {
  const rows = shares.map(({ name, zone, tokenCount, share }) => {
    return [name, zone === '' ? '-' : zone, String(tokenCount), `${(share * PER_CENT).toFixed(1)} %`];
  });
  return tableLines([['MEMBER', 'ZONE', 'TOKENS', 'SHARE'], ...rows]);
}

export function tokenLines(tokens: readonly TokenView[]): string[] {
  return tableLines([['TOKEN', 'MEMBER'], ...tokens.map(({ token, name }) => [token, name])]);
}

export function slotLines(slots: readonly SlotView[]): string[] {
  const rows = slots.map(({ name, epoch, slots: ranges }) => [name, String(epoch), ranges === '' ? '-' : ranges]);
  return tableLines([['MEMBER', 'EPOCH', 'SLOTS'], ...rows]);
}

export function schemaLines({ versions, isAgreed }: SchemaView): string[] {
  const rows = Object.entries(versions).map(([version, names]) => [
    version === '' ? '(none told)' : printable(version),
    names.join(' '),
  ]);
  return [...tableLines([['SCHEMA', 'MEMBERS'], ...rows]), isAgreed ? 'all agree' : 'they do not agree'];
}
