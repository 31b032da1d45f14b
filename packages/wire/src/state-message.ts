/** Messages of node state, to and from the fields of the schema. */
import type { ScuttlebuttMessage } from '@hearsay/anti-entropy';
import type { MapDelta, MapPosition, VersionedEntry } from '@hearsay/core';
import type { hearsay } from '#proto';
import { checkedIn, checkedName } from './checks.ts';
import { wellFormed } from './well-formed.ts';

type Fields = hearsay.wire.v1.State.$Properties;
type PositionFields = hearsay.wire.v1.StatePosition.$Properties;
type DeltaFields = hearsay.wire.v1.StateDelta.$Properties;

export function stateFields(message: ScuttlebuttMessage): Fields {
  switch (message.type) {
    case 'digest':
      return { digest: { isWhole: message.isWhole, positions: message.positions.map(positionFields) } };
    case 'request':
      return { request: { positions: message.positions.map(positionFields) } };
    case 'delta':
      return { delta: { deltas: message.deltas.map(deltaFields) } };
  }
}

/** `undefined` when the message is of a kind that this version does not know. */
export function stateMessage(fields: Fields): ScuttlebuttMessage | undefined {
  switch (fields.body) {
    case 'digest': {
      const { isWhole, positions } = fields.digest ?? {};
      return { type: 'digest', isWhole: isWhole ?? false, positions: (positions ?? []).map(positionOf) };
    }
    case 'request':
      return { type: 'request', positions: (fields.request?.positions ?? []).map(positionOf) };
    case 'delta':
      return { type: 'delta', deltas: (fields.delta?.deltas ?? []).map(deltaOf) };
    default:
      return undefined;
  }
}

function positionFields({ origin, generation, version }: MapPosition): PositionFields {
  return { origin, generation, version };
}

function positionOf({ origin, generation, version }: PositionFields): MapPosition {
  return {
    origin: checkedName('state_position.origin', origin ?? ''),
    generation: generation ?? 0,
    version: version ?? 0,
  };
}

function deltaFields({ origin, generation, version, floor, after, entries }: MapDelta): DeltaFields {
  let previous = after;
  const steps = entries.map((entry) => {
    const step = entry.version - previous;
    previous = entry.version;
    return { key: wellFormed(entry.key), step, value: entry.value === undefined ? null : wellFormed(entry.value) };
  });
  return { origin, generation, version, floor, after, entries: steps };
}

function deltaOf(fields: DeltaFields): MapDelta {
  const version = fields.version ?? 0;
  const after = checkedIn('state_delta.after', fields.after ?? 0, 0, version);
  let previous = after;
  const entries = (fields.entries ?? []).map(({ key, step, value }): VersionedEntry => {
    previous = checkedIn('state_entry.step', previous + (step ?? 0), previous + 1, version);
    return { key: key ?? '', version: previous, value: value ?? undefined };
  });
  return {
    origin: checkedName('state_delta.origin', fields.origin ?? ''),
    generation: fields.generation ?? 0,
    version,
    floor: checkedIn('state_delta.floor', fields.floor ?? 0, 0, version),
    after,
    entries,
  };
}
