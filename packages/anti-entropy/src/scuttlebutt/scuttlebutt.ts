/**
 * Scuttlebutt: reconciles maps of which each has one writer. [Scuttlebutt §3]
 *
 *   root differs | interval --> digest --> delta, request --> delta
 *
 * Each side tells how far it has come with each map, one number, and gets what lies above. Equal replicas cost nothing
 * but a root of four bytes, on packets that leave anyway. The messages, and who sends which when, are in `messages.ts`.
 *
 * Deviation: a digest of many maps would be too long for a packet, so it lists those that changed last; only when they
 * are equal, and the roots are not, all of them go by stream.
 */
import {
  assertNever,
  type Core,
  compareVersions,
  type Input,
  type MapDelta,
  type MapPosition,
  type NodeId,
  type Outbox,
  type Rng,
  type VersionedMaps,
} from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import { PeerCursor } from '../peer-cursor.ts';
import { MESSAGE_BYTES_OVERHEAD, POSITION_BYTES, type ScuttlebuttConfig, SHOWN_INTERVAL_COUNT } from './config.ts';
import { deltaBytes, type Lack, packedDeltas, plannedDeltas } from './delta-plan.ts';
import type { ScuttlebuttCommand, ScuttlebuttEvent, ScuttlebuttMessage, ScuttlebuttTimer } from './messages.ts';
import { isPlausible } from './plausible.ts';

type ScuttlebuttOutbox = Outbox<ScuttlebuttMessage, ScuttlebuttTimer, ScuttlebuttEvent>;
type Digest = ScuttlebuttMessage & { readonly type: 'digest' };

/** What a core is made of. */
export interface ScuttlebuttDeps {
  readonly config: Readonly<ScuttlebuttConfig>;
  /** Whom to contact. Read at each interval, so it may change. */
  readonly peers: PeerSet;
  readonly rng: Rng;
  /** What to reconcile. Only read. */
  readonly maps: VersionedMaps;
}

/** Keeps versioned maps equal to those of the peers. Answers from the start; contacts peers by itself after `start`. */
export class ScuttlebuttCore
  implements Core<ScuttlebuttCommand, ScuttlebuttMessage, ScuttlebuttTimer, ScuttlebuttEvent>
{
  readonly #config: Readonly<ScuttlebuttConfig>;
  readonly #rng: Rng;
  readonly #maps: VersionedMaps;
  readonly #cursor: PeerCursor;
  #isStarted = false;
  /** Whether our root was shown since the last interval began. */
  #isShown = false;
  /** What may still be sent in this interval. Each `≥ 0`. */
  #digestsLeft: number;
  #answersLeft: number;
  #wholeDigestsLeft: number;
  #ignoredCount = 0;
  #skippedCount = 0;

  constructor({ config, peers, rng, maps }: ScuttlebuttDeps) {
    this.#config = config;
    this.#rng = rng;
    this.#maps = maps;
    this.#cursor = new PeerCursor(peers, rng.fork('peers'));
    this.#digestsLeft = config.digestCountMax;
    this.#answersLeft = config.answerCountMax;
    this.#wholeDigestsLeft = config.wholeDigestCountMax;
  }

  /** Messages that no honest peer could have sent, since the start. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** Digests not sent and messages not answered because of the limits per interval. */
  get skippedCount(): number {
    return this.#skippedCount;
  }

  /** All maps in a salted uint32, to ride on a packet that leaves anyway; its receiver hands it to `compare`. */
  showRoot(salt: number): number {
    this.#isShown = true;
    return this.#maps.showRoot(salt);
  }

  step(
    input: Input<ScuttlebuttCommand, ScuttlebuttMessage, ScuttlebuttTimer>,
    _nowMs: number,
    out: ScuttlebuttOutbox,
  ): void {
    switch (input.kind) {
      case 'command':
        return this.#onCommand(input.command, out);
      case 'message':
        return this.#onMessage(input.from, input.message, out);
      case 'timer':
        return this.#onInterval(out);
      default:
        return assertNever(input);
    }
  }

  #onCommand(command: ScuttlebuttCommand, out: ScuttlebuttOutbox): void {
    switch (command.type) {
      case 'start':
        if (this.#isStarted) return;
        this.#isStarted = true;
        // The first interval begins anywhere: nodes that start together do not gossip together.
        return out.schedule({ type: 'interval' }, this.#config.intervalMs * this.#rng.fraction());
      case 'reconcile':
        return this.#sendDigest(command.peer, out);
      case 'compare':
        if (this.#maps.showRoot(command.salt) === command.root) return;
        if (this.#digestsLeft === 0) return this.#skip();
        this.#digestsLeft -= 1;
        return this.#sendDigest(command.peer, out);
      default:
        return assertNever(command);
    }
  }

  #onInterval(out: ScuttlebuttOutbox): void {
    const { intervalMs, jitterPerMille, digestCountMax, answerCountMax, wholeDigestCountMax } = this.#config;
    const intervalCount = this.#isShown ? SHOWN_INTERVAL_COUNT : 1;
    this.#digestsLeft = digestCountMax * intervalCount;
    this.#answersLeft = answerCountMax * intervalCount;
    this.#wholeDigestsLeft = wholeDigestCountMax * intervalCount;
    out.schedule({ type: 'interval' }, this.#rng.jittered(intervalMs * intervalCount, jitterPerMille));
    const peer = this.#isShown ? undefined : this.#cursor.next(() => false);
    if (peer !== undefined) this.#sendDigest(peer, out);
    this.#isShown = false;
  }

  #onMessage(from: NodeId, message: ScuttlebuttMessage, out: ScuttlebuttOutbox): void {
    if (!isPlausible(message, this.#config.originCountMax)) {
      this.#ignoredCount += 1;
      return;
    }
    if (message.type === 'delta') {
      if (message.deltas.length > 0) out.notify({ type: 'deltas-received', from, deltas: message.deltas });
      return;
    }
    if (this.#answersLeft === 0) return this.#skip();
    this.#answersLeft -= 1;
    if (message.type === 'digest') return this.#onDigest(from, message, out);
    const lacks = message.positions.map((held) => ({ origin: held.origin, held }));
    this.#sendDeltas(from, lacks, out);
  }

  #onDigest(from: NodeId, { isWhole, positions }: Digest, out: ScuttlebuttOutbox): void {
    const lacks: Lack[] = [];
    const requested: MapPosition[] = [];
    for (const held of positions) {
      const ours = this.#maps.versionOf(held.origin) ?? { origin: held.origin, generation: 0, version: 0 };
      const order = compareVersions(ours, held);
      if (order > 0) lacks.push({ origin: held.origin, held });
      // Of a map in which nothing was written there is nothing to get, unless we hold one of an earlier life.
      if (order < 0 && (held.version > 0 || ours.generation > 0)) requested.push(positionOf(ours));
    }
    if (isWhole) {
      const listed = new Set(positions.map(({ origin }) => origin));
      for (const origin of this.#maps.origins()) if (!listed.has(origin)) lacks.push({ origin, held: undefined });
    }
    this.#sendDeltas(from, lacks, out);
    if (requested.length > 0) this.#send(from, { type: 'request', positions: requested }, bytesOf(requested), out);
    if (!isWhole && lacks.length + requested.length === 0) this.#sendWholeDigest(from, out);
  }

  #sendDigest(to: NodeId, out: ScuttlebuttOutbox): void {
    const positions = this.#positions();
    let usedBytes = MESSAGE_BYTES_OVERHEAD;
    const page: MapPosition[] = [];
    for (const position of positions) {
      usedBytes += positionBytes(position);
      if (usedBytes > this.#config.messageBytesMax) break;
      page.push(position);
    }
    out.send(to, { type: 'digest', isWhole: page.length === positions.length, positions: page });
  }

  #sendWholeDigest(to: NodeId, out: ScuttlebuttOutbox): void {
    if (this.#wholeDigestsLeft === 0) return this.#skip();
    this.#wholeDigestsLeft -= 1;
    const positions = this.#positions();
    this.#send(to, { type: 'digest', isWhole: true, positions }, bytesOf(positions), out);
  }

  #sendDeltas(to: NodeId, lacks: readonly Lack[], out: ScuttlebuttOutbox): void {
    if (lacks.length === 0) return;
    const { messageBytesMax, packetCountMax, answerBytesMax } = this.#config;
    const deltas = plannedDeltas(this.#maps, lacks, answerBytesMax);
    const packed = packedDeltas(deltas, messageBytesMax);
    const messages = packed.length > packetCountMax ? [deltas] : packed;
    for (const each of messages) {
      const bytes = each.reduce((sum: number, delta: MapDelta) => sum + deltaBytes(delta), MESSAGE_BYTES_OVERHEAD);
      this.#send(to, { type: 'delta', deltas: each }, bytes, out);
    }
  }

  #send(to: NodeId, message: ScuttlebuttMessage, bytes: number, out: ScuttlebuttOutbox): void {
    out.send(to, message, bytes > this.#config.messageBytesMax ? 'stream' : 'packet');
  }

  /** How far we have come, the last changed first: those are what a peer most probably lacks. */
  #positions(): MapPosition[] {
    const positions: MapPosition[] = [];
    for (const origin of this.#maps.origins()) {
      const version = this.#maps.versionOf(origin);
      if (version !== undefined) positions.push(positionOf(version));
    }
    return positions.reverse();
  }

  #skip(): void {
    this.#skippedCount += 1;
  }
}

function positionOf({ origin, generation, version }: MapPosition): MapPosition {
  return { origin, generation, version };
}

function positionBytes({ origin }: MapPosition): number {
  return POSITION_BYTES + origin.length;
}

function bytesOf(positions: readonly MapPosition[]): number {
  return positions.reduce((bytes, position) => bytes + positionBytes(position), MESSAGE_BYTES_OVERHEAD);
}
