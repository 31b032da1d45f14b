/** The messages of the detectors by heartbeats and by quorum, over any domain. */
import type { NodeId } from '@hearsay/core';
import * as fc from 'fast-check';
import type { ClaimShape } from './arbitraries.ts';
import type { MessageDomain } from './arbitraries-messages.ts';

/** The shape of a `Digest`. */
export interface HeartbeatDigestShape {
  readonly name: NodeId;
  readonly generation: number;
  readonly heartbeat: number;
}

/** The shape of a `Delta`. */
export interface HeartbeatDeltaShape extends HeartbeatDigestShape {
  readonly claim: ClaimShape | undefined;
}

/** The shape of a `HeartbeatMessage`. */
export type HeartbeatMessageShape =
  | { readonly type: 'syn'; readonly digests: readonly HeartbeatDigestShape[] }
  | {
      readonly type: 'ack';
      readonly requests: readonly HeartbeatDigestShape[];
      readonly deltas: readonly HeartbeatDeltaShape[];
      readonly isShadow: boolean;
    }
  | { readonly type: 'deltas'; readonly deltas: readonly HeartbeatDeltaShape[] }
  | { readonly type: 'echo' | 'echo-reply'; readonly sequence: number };

/** The shape of a `QuorumMessage`. */
export type QuorumMessageShape =
  | {
      readonly type: 'ping' | 'pong';
      readonly sequence: number;
      readonly path: 'packet' | 'stream';
      readonly entries: readonly {
        readonly name: NodeId;
        readonly generation: number;
        readonly opinion: 'ok' | 'pfail' | 'fail';
        readonly pongAgeMs: number;
      }[];
    }
  | { readonly type: 'fail'; readonly name: NodeId; readonly generation: number };

/** Any message of heartbeat gossip. */
export function arbitraryHeartbeatMessage(domain: MessageDomain): fc.Arbitrary<HeartbeatMessageShape> {
  const { name, uint32, itemCountMax: maxLength } = domain;
  const digest = fc.record({ name, generation: uint32, heartbeat: uint32 });
  const claim = fc.option(domain.claim, { nil: undefined });
  const delta = fc.record({ name, generation: uint32, heartbeat: uint32, claim });
  return fc.oneof(
    fc.record({ type: fc.constant('syn'), digests: fc.array(digest, { maxLength }) }),
    fc.record({
      type: fc.constant('ack'),
      requests: fc.array(digest, { maxLength }),
      deltas: fc.array(delta, { maxLength }),
      isShadow: fc.boolean(),
    }),
    fc.record({ type: fc.constant('deltas'), deltas: fc.array(delta, { maxLength }) }),
    fc.record({ type: fc.constantFrom('echo', 'echo-reply'), sequence: uint32 }),
  );
}

/** Any message of detection by quorum. */
export function arbitraryQuorumMessage(domain: MessageDomain): fc.Arbitrary<QuorumMessageShape> {
  const { name, uint32, itemCountMax: maxLength } = domain;
  const opinion = fc.constantFrom<('ok' | 'pfail' | 'fail')[]>('ok', 'pfail', 'fail');
  const entry = fc.record({ name, generation: uint32, opinion, pongAgeMs: uint32 });
  return fc.oneof(
    fc.record({
      type: fc.constantFrom('ping', 'pong'),
      sequence: uint32,
      path: fc.constantFrom<('packet' | 'stream')[]>('packet', 'stream'),
      entries: fc.array(entry, { maxLength }),
    }),
    fc.record({ type: fc.constant('fail'), name, generation: uint32 }),
  );
}
