/**
 * Anti-entropy: two replicas find what differs and exchange exactly that. [Demers §1.3]
 *
 *   interval --> probe a peer --equal--> nothing more
 *                             --differs--> walk the digest trees --> push and want --> follow up with another peer
 *
 * The messages, and who sends which when, are in `messages.ts`. The core reads its replica and never writes it: what
 * arrives goes to the owner, who merges, and the replica then tells the tree. A lost message costs its session the
 * rest of what it would have moved; nothing is repeated within a session, and the next one goes on.
 *
 * Deviation: the paper resolves a pair by comparing checksums and then whole databases or recent updates; a tree finds
 * the difference in a few messages however old it is.
 */

import type { Replica, SizeOf } from '@hearsay/core';
import { assertNever, type Core, type Input, isEndpoint, type NodeId, type Outbox, type Rng } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import { Budget } from './budget.ts';
import {
  type AntiEntropyConfig,
  HEX_DIGITS_PER_BYTE,
  HEX_DIGITS_PER_WORD,
  HEX_RADIX,
  SHOWN_INTERVAL_COUNT,
} from './config.ts';
import { MerkleTree } from './merkle-tree.ts';
import type {
  AntiEntropyCommand,
  AntiEntropyEvent,
  AntiEntropyMessage,
  AntiEntropyTimer,
  SessionOutcome,
} from './messages.ts';
import { PeerCursor } from './peer-cursor.ts';
import { isPlausible } from './plausible.ts';
import { isOver, type Session, SessionTable } from './session-table.ts';
import { type Request, Walk } from './walk.ts';

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
}

/** Keeps one replica equal to those of its peers. Answers from the start; probes by itself after `start`. */
export class AntiEntropyCore<R>
  implements Core<AntiEntropyCommand, AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>
{
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #tree: MerkleTree;
  readonly #walk: Walk<R>;
  readonly #sessions: SessionTable;
  readonly #cursor: PeerCursor;
  #isStarted = false;
  /** Whether our root was shown since the last interval began. */
  #isShown = false;
  #followUpsLeft = 0;
  #ignoredCount = 0;
  #lateCount = 0;

  /** Digests every record of the replica once, and from then on each change. */
  constructor({ config, peers, rng, replica, sizeOf, hashKey }: AntiEntropyDeps<R>) {
    const tree = new MerkleTree(config.depth, hashKey);
    const note = (key: string, record: R | undefined): void => {
      if (record === undefined) tree.delete(key);
      else tree.set(key, replica.canonicalBytes(record));
    };
    for (const key of replica.keys()) {
      const bytes = replica.canonicalBytesAt?.(key);
      if (bytes === undefined) note(key, replica.get(key));
      else tree.set(key, bytes);
    }
    replica.observe(note);
    this.#config = config;
    this.#peers = peers;
    this.#rng = rng;
    this.#tree = tree;
    this.#walk = new Walk({ config, tree, replica, sizeOf, rng: rng.fork('walk') });
    this.#sessions = new SessionTable(config);
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

  /** Sessions that we have started and that are not over. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Messages that no honest peer could have sent, since the start. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** Ends of sessions that were over already: duplicates, and answers after the deadline. */
  get lateCount(): number {
    return this.#lateCount;
  }

  step(
    input: Input<AntiEntropyCommand, AntiEntropyMessage<R>, AntiEntropyTimer>,
    nowMs: number,
    out: AntiEntropyOutbox<R>,
  ): void {
    switch (input.kind) {
      case 'command':
        return this.#onCommand(input.command, nowMs, out);
      case 'message':
        return this.#onMessage(input.from, input.message, out);
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
        this.#expire(nowMs, out);
        return this.#open(command.peer, nowMs, out);
      case 'compare':
        if (this.#tree.digestAt(0, 0, command.salt) === command.root) return;
        this.#expire(nowMs, out);
        return this.#open(command.peer, nowMs, out);
      default:
        return assertNever(command);
    }
  }

  #onTimer(timer: AntiEntropyTimer, nowMs: number, out: AntiEntropyOutbox<R>): void {
    this.#expire(nowMs, out);
    switch (timer.type) {
      case 'interval':
        return this.#onInterval(nowMs, out);
      case 'follow-up':
        return this.#openNext(timer.after, nowMs, out);
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
    if (!this.#isShown) this.#openNext(undefined, nowMs, out);
    this.#isShown = false;
  }

  /** Prefers another peer than `after`: what was just learned is news to the others. */
  #openNext(after: NodeId | undefined, nowMs: number, out: AntiEntropyOutbox<R>): void {
    // Before the cursor moves: a peer whose turn was used up for nothing would wait for a whole traversal.
    if (this.#sessions.isFull) return;
    const peer = this.#cursor.next((id) => id === after || this.#sessions.hasPeer(id));
    if (peer !== undefined) return this.#open(peer, nowMs, out);
    if (after !== undefined && this.#peers.has(after)) this.#open(after, nowMs, out);
  }

  #open(peer: NodeId, nowMs: number, out: AntiEntropyOutbox<R>): void {
    const session = this.#sessions.open(this.#rng.uint32(), peer, nowMs);
    if (session !== undefined) out.send(peer, this.#walk.probe(session.id));
  }

  #expire(nowMs: number, out: AntiEntropyOutbox<R>): void {
    for (const session of this.#sessions.takeExpired(nowMs)) this.#end(session, 'timeout', out);
  }

  // -- messages --------------------------------------------------------------------------------------------------

  #onMessage(from: NodeId, message: AntiEntropyMessage<R>, out: AntiEntropyOutbox<R>): void {
    if (!isPlausible(message, this.#config.messageEntryCountMax)) {
      this.#ignoredCount += 1;
      return;
    }
    const session = this.#sessionOf(from, message.session);
    switch (message.type) {
      case 'probe':
        return this.#respond(from, message, out);
      case 'digests':
      case 'items':
      case 'want':
        return session === undefined ? this.#respond(from, message, out) : this.#goOn(from, session, message, out);
      case 'push':
        if (message.records.length > 0) out.notify({ type: 'records-received', from, records: message.records });
        return this.#onArrival(session, message.records.length, out);
      case 'equal':
        if (session === undefined) this.#lateCount += 1;
        else this.#close(session, 'equal', out);
        return;
      case 'done':
        if (session === undefined) this.#lateCount += 1;
        else this.#onDone(session, message.messageCount, message.isComplete, out);
        return;
      default:
        return assertNever(message);
    }
  }

  /** Ours with this peer, or `undefined`. One that was opened by endpoint is answered under a name. */
  #sessionOf(from: NodeId, id: number): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.peer === from || (session !== undefined && isEndpoint(session.peer)) ? session : undefined;
  }

  /** As the responder: answers from the message alone and remembers nothing. */
  #respond(from: NodeId, request: Request<R>, out: AntiEntropyOutbox<R>): void {
    const { session } = request;
    const budget = new Budget(this.#config);
    const answer = this.#walk.answer(request, budget);
    const isEqual = answer[0]?.type === 'equal';
    const done: AntiEntropyMessage<R>[] = isEqual
      ? []
      : [{ type: 'done', session, messageCount: answer.length, isComplete: !budget.isExceeded }];
    this.#send(from, [...answer, ...done], out);
  }

  /** As the initiator: what we say now may again be a request, which the peer will close. */
  #goOn(from: NodeId, session: Session, request: Request<R>, out: AntiEntropyOutbox<R>): void {
    const answer = this.#walk.answer(request, session.budget);
    for (const message of answer) {
      if (message.type === 'push') session.sentCount += message.records.length;
      else session.openCount += 1;
    }
    this.#send(from, answer, out);
    this.#onArrival(session, 0, out);
  }

  #onArrival(session: Session | undefined, recordCount: number, out: AntiEntropyOutbox<R>): void {
    if (session === undefined) return;
    session.receivedCount += recordCount;
    session.missingCount -= 1;
    if (isOver(session)) this.#close(session, 'done', out);
  }

  #onDone(session: Session, messageCount: number, isComplete: boolean, out: AntiEntropyOutbox<R>): void {
    session.openCount -= 1;
    session.missingCount += messageCount;
    if (!isComplete) session.isCut = true;
    if (isOver(session)) this.#close(session, 'done', out);
  }

  #close(session: Session, outcome: SessionOutcome, out: AntiEntropyOutbox<R>): void {
    this.#sessions.close(session);
    this.#end(session, outcome, out);
  }

  #end(session: Session, outcome: SessionOutcome, out: AntiEntropyOutbox<R>): void {
    const { peer, sentCount, receivedCount } = session;
    const isComplete = outcome !== 'timeout' && !session.isCut && !session.budget.isExceeded;
    out.notify({ type: 'session-ended', peer, outcome, sentCount, receivedCount, isComplete });
    if (!this.#isStarted || sentCount + receivedCount === 0 || this.#followUpsLeft === 0) return;
    this.#followUpsLeft -= 1;
    // By a timer, because the owner has not merged yet what this step has told it.
    out.schedule({ type: 'follow-up', after: peer }, 0);
  }

  /** A long answer goes by stream: a burst of packets would overflow the receiver's buffer. So does a large record. */
  #send(to: NodeId, messages: readonly AntiEntropyMessage<R>[], out: AntiEntropyOutbox<R>): void {
    const isLong = messages.length > this.#config.packetCountMax;
    for (const message of messages) {
      out.send(to, message, isLong || this.#walk.isOversize(message) ? 'stream' : 'packet');
    }
  }
}
