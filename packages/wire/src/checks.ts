/** Checks on single fields that a peer has sent. Each returns the value it was given, or throws `WireError`. */
import type { Endpoint, NodeId } from '@hearsay/core';
import { isName } from '@hearsay/core';
import type { DecodeContext } from './decode-context.ts';
import { WireError } from './wire-error.ts';

/** A member name. */
export function checkedName(field: string, value: string): NodeId {
  return isName(value) ? value : refuse(field, 'is not a member name');
}

/** A member name or nothing. */
export function checkedNameOrNone(field: string, value: string): NodeId {
  return value === '' ? value : checkedName(field, value);
}

/** A member name, or the endpoint of a node that is not known by name. */
export function checkedNodeId(field: string, value: string, { endpoints }: DecodeContext): NodeId {
  return isName(value) || endpoints.has(value) ? value : refuse(field, 'is neither name nor endpoint');
}

/** `host:port`. */
export function checkedEndpoint(field: string, value: string, { endpoints }: DecodeContext): Endpoint {
  return endpoints.has(value) ? value : refuse(field, 'is not an endpoint');
}

/** An integer of `min` to `max`. */
export function checkedIn(field: string, value: number, min: number, max: number): number {
  return value >= min && value <= max ? value : refuse(field, `is not of ${min} to ${max}`);
}

/** What a number stands for. */
export function checkedCase<V>(field: string, value: number, cases: ReadonlyMap<number, V>): V {
  return cases.get(value) ?? refuse(field, `has no meaning for ${value}`);
}

/** A value that a packet of this version always has. */
export function present<V>(field: string, value: V | null | undefined): V {
  return value ?? refuse(field, 'is missing');
}

/** Refuses a field. The problem never quotes a text of the peer: it came from anybody, and may end in a log. */
export function refuse(field: string, problem: string): never {
  throw new WireError('malformed', `${field} ${problem}`);
}
