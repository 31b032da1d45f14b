/**
 * Anti-entropy: two replicas find what differs and exchange exactly that. [Demers §1.3]
 *
 *   interval --> probe a peer --equal--> nothing more
 *                             --differs--> walk the digest trees --> push and want --> close --> follow up with another
 *
 * The messages, and who sends which when, are in `messages.ts`. The core reads its replica and never writes it: what
 * arrives goes to the owner, who merges, and the replica then tells the tree.
 *
 * Deviation: the paper resolves a pair by comparing checksums and then whole databases or recent updates; a tree finds
 * the difference in a few messages however old it is.
 */

import type { Replica, SizeOf } from '@hearsay/core';
import { assertNever, type Core, type Input, type NodeId, type Outbox, type Rng } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import {
  type AntiEntropyConfig,
  HEX_DIGITS_PER_BYTE,
  HEX_DIGITS_PER_WORD,
  HEX_RADIX,
  SHOWN_INTERVAL_COUNT,
} from './config.ts';
import { Initiator } from './initiator.ts';
import { LaterPushes } from './later-pushes.ts';
import { MerkleTree } from './merkle-tree.ts';
import type {
  AntiEntropyCommand,
  AntiEntropyEvent,
  AntiEntropyMessage,
  AntiEntropyTimer,
  Strategy,
} from './messages.ts';
import { NO_OTHERS, type OtherPeers, othersToProbe } from './other-peers.ts';
import { type SessionOwner, SILENT_OWNER } from './owner.ts';
import { PeerCursor } from './peer-cursor.ts';
import { PeerRates } from './peer-rates.ts';
import { isPlausible } from './plausible.ts';
import { Responder } from './responder.ts';
import type { Session } from './session-table.ts';
import { bytesAt, Verifier } from './verifier.ts';
import { Walk } from './walk.ts';

type AntiEntropyOutbox<R> = Outbox<AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>;

/** What a core is made of. */
export interface AntiEntropyDeps<R> {
  readonly config: Readonly<AntiEntropyConfig>;
  /** Whom to probe. Read at each interval, so it may change. */
  readonly peers: PeerSet;
  readonly rng: Rng;
  /** What to reconcile. Its one observer will be this core. */
  readonly replica: Replica<R>;
  /** Encoded bytes that one record adds to a message, as an upper bound. */
  readonly sizeOf: SizeOf<R>;
  /** Keys the digests: the same on every node of the cluster, and best unknown outside of it. At most 32 bytes. */
  readonly hashKey: Uint8Array;
  /** The owner's part in the sessions. Default: it has none. */
  readonly owner?: SessionOwner<R> | undefined;
  /**
   * A core in this process over equal content, with the same config and key. Nothing is digested then: both share what
   * neither has changed yet. Default: none.
   */
  readonly twin?: AntiEntropyCore<R> | undefined;
  /** Whom to probe besides the peers, now and then. Default: nobody. */
  readonly others?: OtherPeers | undefined;
  /** How we answer probes of other content. Default `auto`. Peers may have another. */
  readonly strategy?: Strategy | undefined;
}

/** Keeps one replica equal to those of its peers. Answers from the start; probes by itself after `start`. */
export class AntiEntropyCore<R>
  implements Core<AntiEntropyCommand, AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>
{
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #tree: MerkleTree;
  readonly #rates: PeerRates;
  readonly #others: OtherPeers;
  readonly #verifier: Verifier<R>;
  readonly #initiator: Initiator<R>;
  readonly #responder: Responder<R>;
  readonly #later: LaterPushes<R>;
  readonly #cursor: PeerCursor;
  #isStarted = false;
  /** Whether our root was shown since the last interval began. */
  #isShown = false;
  #followUpsLeft = 0;
  #ignoredCount = 0;

  /** Digests every record of the replica once, and from then on each change. */
  constructor({
    config,
    peers,
    rng,
    replica,
    sizeOf,
    hashKey,
    owner = SILENT_OWNER,
    strategy = 'auto',
    others = NO_OTHERS,
    twin,
  }: AntiEntropyDeps<R>) {
    const tree = twin === undefined ? digestsOf(replica, config, hashKey) : twin.#tree.copy();
    const note = (key: string, record: R | undefined): void => {
      if (record === undefined) tree.delete(key);
      else tree.set(key, replica.canonicalBytes(record));
    };
    replica.observe(note);
    this.#config = config;
    this.#peers = peers;
    this.#rng = rng;
    this.#tree = tree;
    const walk = new Walk<R>({ config, tree, replica, sizeOf, rng: rng.fork('walk'), strategy });
    this.#rates = new PeerRates(config);
    this.#others = others;
    this.#verifier = new Verifier(tree, replica, config.verifyRoundMs);
    const later = new LaterPushes<R>(walk);
    this.#later = later;
    this.#responder = new Responder<R>({ config, walk, owner, rates: this.#rates, later });
    this.#initiator = new Initiator<R>({
      config,
      walk,
      owner,
      rates: this.#rates,
      later,
      replica,
      rng: rng.fork('sessions'),
      onEnd: (session, out) => this.#followUp(session, out),
    });
    this.#cursor = new PeerCursor(peers, rng.fork('peers'));
  }

  /** Hex of the sum of all digests and of the count. Equal on two nodes exactly when their replicas are. */
  rootDigest(): string {
    const sum = Array.from(this.#tree.rootSum(), (byte) =>
      byte.toString(HEX_RADIX).padStart(HEX_DIGITS_PER_BYTE, '0'),
    ).join('');
    return sum + this.#tree.count.toString(HEX_RADIX).padStart(HEX_DIGITS_PER_WORD, '0');
  }

  /**
   * Our whole content in a salted uint32, to ride on a packet that leaves anyway; its receiver hands it to `compare`.
   * While it is shown, at least once in three intervals, no peer is probed by ourselves: equal replicas then cost
   * nothing but these four bytes, and replicas that differ a session of who notices.
   */
  showRoot(salt: number): number {
    this.#isShown = true;
    return this.#tree.digestAt(0, 0, salt);
  }

  /** Memory of the digests, without the keys, in bytes. */
  get treeBytes(): number {
    return this.#tree.bytes;
  }

  /** Sessions that we have started and that are not over. */
  get sessionCount(): number {
    return this.#initiator.sessions.size;
  }

  /** Messages that no honest peer could have sent, since the start. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** Parts of answers that were known already, or came when nobody waited for them any more. */
  get lateCount(): number {
    return this.#initiator.lateCount;
  }

  /** Requests that were sent again because no answer came, or only parts of it. */
  get retryCount(): number {
    return this.#initiator.retryCount;
  }

  /** Records and nodes of the tree that the background check has put right. Above 0, look for the cause. */
  get repairedCount(): number {
    return this.#verifier.repairedCount;
  }

  /** Records that were kept back because a peer had its share of bytes for now. */
  get throttledCount(): number {
    return this.#rates.refusedCount;
  }

  /** Answers that were cut because too many were being said over several turns. */
  get cutCount(): number {
    return this.#later.refusedCount;
  }

  /** Sessions of peers that were forgotten because there were too many: they are not complete here. */
  get forgottenCount(): number {
    return this.#responder.forgottenCount;
  }

  step(
    input: Input<AntiEntropyCommand, AntiEntropyMessage<R>, AntiEntropyTimer>,
    nowMs: number,
    out: AntiEntropyOutbox<R>,
  ): void {
    this.#rates.at(nowMs);
    switch (input.kind) {
      case 'command':
        return this.#onCommand(input.command, nowMs, out);
      case 'message':
        return this.#onMessage(input.from, input.message, nowMs, out);
      case 'timer':
        return this.#onTimer(input.timer, nowMs, out);
      default:
        return assertNever(input);
    }
  }

  // -- commands and timers: sessions begin -----------------------------------------------------------------------

  #onCommand(command: AntiEntropyCommand, nowMs: number, out: AntiEntropyOutbox<R>): void {
    switch (command.type) {
      case 'start':
        if (this.#isStarted) return;
        this.#isStarted = true;
        // The first interval begins anywhere: nodes that start together do not probe together.
        return out.schedule({ type: 'interval' }, this.#config.intervalMs * this.#rng.fraction());
      case 'reconcile':
        this.#initiator.expire(nowMs, out);
        return this.#initiator.open(command.peer, nowMs, out);
      case 'compare':
        if (this.#tree.digestAt(0, 0, command.salt) === command.root) return;
        this.#initiator.expire(nowMs, out);
        return this.#initiator.open(command.peer, nowMs, out);
      default:
        return assertNever(command);
    }
  }

  #onTimer(timer: AntiEntropyTimer, nowMs: number, out: AntiEntropyOutbox<R>): void {
    this.#initiator.expire(nowMs, out);
    this.#responder.expire(nowMs);
    this.#rates.forgetFull();
    switch (timer.type) {
      case 'interval':
        return this.#onInterval(nowMs, out);
      case 'follow-up':
        return this.#openNext(timer.after, nowMs, out);
      case 'go-on':
        return this.#later.goOn(nowMs, out);
      case 'retry':
        return this.#initiator.onRetry(timer.session, nowMs, out);
      default:
        return assertNever(timer);
    }
  }

  /** A root that was shown spares us a probe, and the next look at the clock. */
  #onInterval(nowMs: number, out: AntiEntropyOutbox<R>): void {
    const { intervalMs, jitterPerMille, followUpCountMax } = this.#config;
    const intervalCount = this.#isShown ? SHOWN_INTERVAL_COUNT : 1;
    this.#followUpsLeft = followUpCountMax * intervalCount;
    out.schedule({ type: 'interval' }, this.#rng.jittered(intervalMs * intervalCount, jitterPerMille));
    if (!this.#isShown) {
      this.#openNext(undefined, nowMs, out);
      for (const id of othersToProbe(this.#others, this.#peers, this.#rng)) this.#initiator.open(id, nowMs, out);
    }
    this.#isShown = false;
    this.#verifier.advance(intervalMs * intervalCount);
  }

  /** Prefers another peer than `after`: what was just learned is news to the others. */
  #openNext(after: NodeId | undefined, nowMs: number, out: AntiEntropyOutbox<R>): void {
    const { sessions } = this.#initiator;
    // Before the cursor moves: a peer whose turn was used up for nothing would wait for a whole traversal.
    if (sessions.isFull) return;
    const peer = this.#cursor.next((id) => id === after || sessions.hasPeer(id));
    if (peer !== undefined) return this.#initiator.open(peer, nowMs, out);
    if (after !== undefined && this.#peers.has(after)) this.#initiator.open(after, nowMs, out);
  }

  /** By a timer, because the owner has not merged yet what this step has told it. */
  #followUp({ peer, sentCount, receivedCount }: Session<R>, out: AntiEntropyOutbox<R>): void {
    if (!this.#isStarted || sentCount + receivedCount === 0 || this.#followUpsLeft === 0) return;
    this.#followUpsLeft -= 1;
    out.schedule({ type: 'follow-up', after: peer }, 0);
  }

  // -- messages --------------------------------------------------------------------------------------------------

  /** A part of an answer is for the initiator, everything else for the responder. */
  #onMessage(from: NodeId, message: AntiEntropyMessage<R>, nowMs: number, out: AntiEntropyOutbox<R>): void {
    if (!isPlausible(message, this.#config.messageEntryCountMax)) {
      this.#ignoredCount += 1;
      return;
    }
    if (message.type === 'push') {
      const { session, records } = message;
      if (records.length > 0) out.notify({ type: 'records-received', from, session, records });
      if (message.part === undefined) return this.#responder.onPush(from, message, records.length);
    }
    if (message.part !== undefined) return this.#initiator.onAnswer(from, message, nowMs, out);
    if (!this.#responder.answer(from, message, nowMs, out)) this.#ignoredCount += 1;
  }
}

/** Of every record, once. */
function digestsOf<R>(replica: Replica<R>, config: Readonly<AntiEntropyConfig>, hashKey: Uint8Array): MerkleTree {
  const tree = new MerkleTree(config.depth, hashKey, config.sketchCellCountMax);
  for (const key of replica.keys()) {
    const bytes = bytesAt(replica, key);
    if (bytes !== undefined) tree.set(key, bytes);
  }
  return tree;
}
