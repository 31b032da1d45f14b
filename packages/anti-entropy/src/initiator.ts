/** Carries the sessions that we have started to their end. */
import { isEndpoint, type NodeId, type Outbox, type Replica, type Rng } from '@hearsay/core';
import { Budget } from './budget.ts';
import {
  ANSWER_PART_COUNT_MAX,
  type AntiEntropyConfig,
  RETRY_FACTOR,
  SESSION_REQUEST_COUNT_MAX,
  STREAM_FROM_ATTEMPT,
  VERSIONS_PER_RECORD,
} from './config.ts';
import type { LaterPushes } from './later-pushes.ts';
import type {
  AntiEntropyBody,
  AntiEntropyEvent,
  AntiEntropyMessage,
  AntiEntropyTimer,
  SessionOutcome,
} from './messages.ts';
import type { SessionOwner } from './owner.ts';
import type { PeerRates } from './peer-rates.ts';
import { isSame } from './same-bytes.ts';
import { type Attempt, isWhole, type Request, type Session, SessionTable, settle } from './session-table.ts';
import { isRequest, type Scope, type Walk } from './walk.ts';

type AntiEntropyOutbox<R> = Outbox<AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>;
type Cells = Extract<AntiEntropyBody<never>, { readonly type: 'cells' }>;
type Closed = Extract<AntiEntropyBody<never>, { readonly type: 'closed' }>;

const NOTHING = new Uint8Array(0);

/** What an initiator is made of. */
export interface InitiatorDeps<R> {
  readonly config: Readonly<AntiEntropyConfig>;
  readonly walk: Walk<R>;
  readonly owner: SessionOwner<R>;
  readonly replica: Replica<R>;
  readonly rng: Rng;
  readonly rates: PeerRates;
  readonly later: LaterPushes<R>;
  /** Called when a session is over, after its event. */
  readonly onEnd: (session: Session<R>, out: AntiEntropyOutbox<R>) => void;
}

/** One node as the initiator, to all of its peers. */
export class Initiator<R> {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #walk: Walk<R>;
  readonly #owner: SessionOwner<R>;
  readonly #replica: Replica<R>;
  readonly #rng: Rng;
  readonly #rates: PeerRates;
  readonly #later: LaterPushes<R>;
  readonly #onEnd: InitiatorDeps<R>['onEnd'];
  readonly sessions: SessionTable<R>;
  #lateCount = 0;
  #retryCount = 0;
  /** Versions that were on one side only, in the last session that found any. */
  #estimate = 0;

  constructor(deps: InitiatorDeps<R>) {
    this.#config = deps.config;
    this.#walk = deps.walk;
    this.#owner = deps.owner;
    this.#replica = deps.replica;
    this.#rng = deps.rng;
    this.#rates = deps.rates;
    this.#later = deps.later;
    this.#onEnd = deps.onEnd;
    this.sessions = new SessionTable(deps.config);
  }

  /** Parts of answers that were known already, or came when nobody waited for them any more. */
  get lateCount(): number {
    return this.#lateCount;
  }

  /** Requests that were sent again. */
  get retryCount(): number {
    return this.#retryCount;
  }

  open(peer: NodeId, nowMs: number, out: AntiEntropyOutbox<R>): void {
    if (this.sessions.isFull || this.sessions.hasPeer(peer)) return;
    const budget = new Budget(this.#config, (bytes) => this.#rates.take(peer, bytes));
    const said = { stamp: this.#owner.stamp(), note: this.#owner.note(), budget };
    const session = this.sessions.open(this.#rng.uint32(), peer, nowMs, said);
    if (session === undefined) return;
    this.#ask(session, this.#walk.probe(this.#estimate), nowMs, out);
    this.#scheduleRetry(session, out);
  }

  /** Gives up what has run out of time. */
  expire(nowMs: number, out: AntiEntropyOutbox<R>): void {
    for (const session of this.sessions.takeExpired(nowMs)) this.#tell(session, 'timeout', NOTHING, out);
  }

  /** Asks again what was not answered in time. */
  onRetry(id: number, nowMs: number, out: AntiEntropyOutbox<R>): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    for (const request of session.requests) {
      if (request.dueMs > nowMs) continue;
      if (request.sentCount > this.#config.retryCountMax) return this.#end(session, 'timeout', NOTHING, out);
      this.#askAgain(session, request, nowMs, out);
    }
    this.#goOn(session, nowMs, out);
    if (this.sessions.get(id) === session) this.#scheduleRetry(session, out);
  }

  /** Ours with this peer, or `undefined`. One that was opened by endpoint is answered under a name. */
  sessionOf(from: NodeId, id: number): Session<R> | undefined {
    const session = this.sessions.get(id);
    return session?.peer === from || (session !== undefined && isEndpoint(session.peer)) ? session : undefined;
  }

  /** Handles a part of an answer. Records in it were told to the owner already. */
  onAnswer(from: NodeId, message: AntiEntropyMessage<R>, nowMs: number, out: AntiEntropyOutbox<R>): void {
    const session = this.sessionOf(from, message.session);
    const attempt = session?.attempts.get(message.request ?? 0);
    const part = message.part ?? 0;
    if (session === undefined || attempt === undefined || attempt.parts.has(part)) {
      this.#lateCount += 1;
      return;
    }
    this.#noteStamp(session, from, message.stamp);
    attempt.parts.add(part);
    if (message.end !== undefined) attempt.partCount = part;
    if (message.end === 'cut') session.isCut = true;
    if (message.type === 'equal') return this.#end(session, 'equal', NOTHING, out);
    if (message.type === 'closed') return this.#onClosed(session, attempt, message, nowMs, out);
    if (message.type === 'push') {
      this.#noteArrival(session, message.records);
      this.#pushBack(session, message.records, out);
    }
    if (message.type === 'cells') this.#noteCells(session, message);
    if (isRequest(message)) this.#say(session, this.#walk.answer(message, this.#scopeOf(session, out)), nowMs, out);
    // As long as an answer comes, nothing of it is lost.
    attempt.request.dueMs = Math.max(attempt.request.dueMs, nowMs + this.#config.retryMs);
    if (attempt.partCount !== undefined && attempt.parts.size >= attempt.partCount) {
      settle(session, attempt.request);
      if (session.cells.length > 0) this.#readCells(session, attempt.request, nowMs, out);
    }
    this.#goOn(session, nowMs, out);
  }

  // -- what comes in -------------------------------------------------------------------------------------------

  /** The peer must say the same in each answer to the probe, or what it holds is not of one moment. */
  #noteStamp(session: Session<R>, from: NodeId, stamp: Uint8Array | undefined): void {
    if (session.peerStamp === undefined) {
      session.peerName = from;
      session.peerStamp = stamp ?? NOTHING;
      this.#owner.heard(from, session.peerStamp);
    } else if (stamp !== undefined && !isSame(stamp, session.peerStamp)) session.isCut = true;
  }

  /** Cells beyond what we can compare are of no use; then all of them are not. */
  #noteCells({ cells }: Session<R>, message: Cells): void {
    for (const [nth, cell] of message.cells.entries()) {
      const index = message.from + nth;
      if (index <= this.#config.sketchCellCountMax) cells[index] = cell;
    }
  }

  /** When an answer with cells is whole. What they do not tell, the walk finds. */
  #readCells(session: Session<R>, request: Request<R>, nowMs: number, out: AntiEntropyOutbox<R>): void {
    const { body } = request;
    if (body.type !== 'probe' && body.type !== 'more') return;
    const answer = this.#walk.answerCells(
      session.cells,
      body.type === 'more' ? body.from : 0,
      this.#scopeOf(session, out),
    );
    if (answer?.[0]?.type !== 'more') session.cells.length = 0;
    this.#say(session, answer ?? this.#walk.begin(session.id), nowMs, out);
  }

  #noteArrival(session: Session<R>, records: readonly R[]): void {
    session.receivedCount += records.length;
    if (session.arrived.size + records.length > this.#config.sessionRecordCountMax) {
      if (session.deferred.size > 0) session.isCut = true;
      return;
    }
    for (const record of records) session.arrived.add(this.#replica.keyOf(record));
  }

  /** Of a record that we hold in another version, which is not known to be older, the peer gets ours. */
  #pushBack(session: Session<R>, records: readonly R[], out: AntiEntropyOutbox<R>): void {
    const back: R[] = [];
    for (const record of records) {
      const key = this.#replica.keyOf(record);
      const held = this.#replica.get(key);
      if (held === undefined || session.pushed.has(key) || this.#isSameOrNewer(record, held)) continue;
      if (!this.#walk.grant(held, session.budget)) break;
      back.push(held);
    }
    for (const push of this.#walk.pushes(back)) this.#push(session, push.records, false, out);
  }

  #isSameOrNewer(record: R, held: R): boolean {
    if (this.#replica.supersedes?.(record, held) === true) return true;
    return isSame(this.#replica.canonicalBytes(record), this.#replica.canonicalBytes(held));
  }

  #scopeOf(session: Session<R>, out: AntiEntropyOutbox<R>): Scope<R> {
    const { id: salt, budget } = session;
    const scope = { salt, budget, isInitiator: true, mayPush: (record: R) => this.#mayPush(session, record) };
    const postpone = (keys: readonly string[], isLong: boolean): boolean => {
      if (!this.#later.hasRoom()) return false;
      session.laterCount += 1;
      const say = (
        more: readonly AntiEntropyBody<R>[],
        isLast: boolean,
        nowMs: number,
        laterOut: AntiEntropyOutbox<R>,
      ) => {
        for (const body of more) if (body.type === 'push') this.#push(session, body.records, isLong, laterOut);
        if (isLast) session.laterCount -= 1;
        this.#goOn(session, nowMs, laterOut);
      };
      this.#later.add({ keys, scope, isLong, say, isWanted: () => this.sessions.get(salt) === session }, out);
      return true;
    };
    return { ...scope, postpone };
  }

  /** The peer may ask for what it got already, when it has sent us its own version of the same record. */
  #mayPush(session: Session<R>, record: R): boolean {
    if (session.pushed.has(this.#replica.keyOf(record))) return false;
    const peer = session.peerName ?? session.peer;
    if (this.#owner.offer(record, peer, session.peerStamp ?? NOTHING, 'unknown') === 'push') return true;
    if (session.deferred.size < this.#config.sessionRecordCountMax) session.deferred.add(this.#replica.keyOf(record));
    else session.isCut = true;
    return false;
  }

  /** What the peer lacks of our pushes it gets again, as it is now; then we ask again. */
  #onClosed(session: Session<R>, attempt: Attempt<R>, closed: Closed, nowMs: number, out: AntiEntropyOutbox<R>): void {
    if (closed.missing.length === 0) {
      if (!closed.isComplete) session.isCut = true;
      return this.#end(session, 'done', closed.note, out);
    }
    const { request } = attempt;
    if (request.sentCount > this.#config.retryCountMax) return;
    for (const pushed of closed.missing) {
      const keys = session.pushes[pushed - 1];
      if (keys === undefined) continue;
      const records = keys.flatMap((key) => this.#replica.get(key) ?? []);
      this.#sendBody(session, { type: 'push', records }, { pushed }, request.sentCount >= STREAM_FROM_ATTEMPT, out);
    }
    this.#askAgain(session, request, nowMs, out);
  }

  // -- what goes out -------------------------------------------------------------------------------------------

  /** What we say now may again be a request. A long one goes by stream, as the responder's does. */
  #say(session: Session<R>, bodies: readonly AntiEntropyBody<R>[], nowMs: number, out: AntiEntropyOutbox<R>): void {
    const isLong = bodies.length > this.#config.packetCountMax;
    for (const body of bodies) {
      if (body.type === 'push') this.#push(session, body.records, isLong, out);
      else this.#ask(session, body, nowMs, out, isLong);
    }
  }

  #push(session: Session<R>, records: readonly R[], isByStream: boolean, out: AntiEntropyOutbox<R>): void {
    if (session.pushes.length >= ANSWER_PART_COUNT_MAX) {
      session.isCut = true;
      return;
    }
    const keys = records.map((record) => this.#replica.keyOf(record));
    session.sentCount += records.length;
    session.pushes.push(keys);
    for (const key of keys) session.pushed.add(key);
    this.#sendBody(session, { type: 'push', records }, { pushed: session.pushes.length }, isByStream, out);
  }

  #ask(
    session: Session<R>,
    body: AntiEntropyBody<R>,
    nowMs: number,
    out: AntiEntropyOutbox<R>,
    isByStream = false,
  ): void {
    if (session.requests.size >= SESSION_REQUEST_COUNT_MAX) {
      session.isCut = true;
      return;
    }
    const request: Request<R> = { body, sentCount: 0, dueMs: nowMs };
    session.requests.add(request);
    this.#send(session, request, nowMs, isByStream, out);
  }

  /** The same question, of what we hold by now. Nothing is left to ask when all that we wanted has come. */
  #askAgain(session: Session<R>, request: Request<R>, nowMs: number, out: AntiEntropyOutbox<R>): void {
    const body = this.#walk.renewed(request.body, session.id);
    if (body === undefined) return settle(session, request);
    this.#retryCount += 1;
    request.body = body;
    this.#send(session, request, nowMs, request.sentCount >= STREAM_FROM_ATTEMPT, out);
  }

  #send(session: Session<R>, request: Request<R>, nowMs: number, isByStream: boolean, out: AntiEntropyOutbox<R>): void {
    const { retryMs, jitterPerMille } = this.#config;
    const number = ++session.requestCount;
    request.dueMs = nowMs + this.#rng.jittered(retryMs * RETRY_FACTOR ** request.sentCount, jitterPerMille);
    request.sentCount += 1;
    session.attempts.set(number, { number, request, parts: new Set(), partCount: undefined });
    const isStamped = request.body.type === 'probe' && session.stamp.length > 0;
    const envelope = {
      request: number,
      ...(isByStream && request.sentCount > STREAM_FROM_ATTEMPT ? { isByStream } : {}),
      ...(isStamped ? { stamp: session.stamp } : {}),
    };
    this.#sendBody(session, request.body, envelope, isByStream, out);
  }

  #sendBody(
    session: Session<R>,
    body: AntiEntropyBody<R>,
    envelope: object,
    isByStream: boolean,
    out: AntiEntropyOutbox<R>,
  ): void {
    const message: AntiEntropyMessage<R> = { ...body, session: session.id, ...envelope };
    const isStream = isByStream || this.#walk.isOversize(body);
    if (isStream) session.isStreaming = true;
    out.send(session.peer, message, isStream ? 'stream' : 'packet');
  }

  #scheduleRetry(session: Session<R>, out: AntiEntropyOutbox<R>): void {
    out.schedule({ type: 'retry', session: session.id }, this.#config.retryMs);
  }

  // -- the end -------------------------------------------------------------------------------------------------

  /** When nothing is open any more, what was put off is decided; when nothing comes of that, the session is closed. */
  #goOn(session: Session<R>, nowMs: number, out: AntiEntropyOutbox<R>): void {
    if (session.requests.size + session.laterCount > 0 || session.isClosing) return;
    this.#decideDeferred(session, out);
    session.isClosing = true;
    const isComplete = isWhole(session);
    const note = isComplete ? session.note : NOTHING;
    this.#ask(
      session,
      { type: 'close', pushCount: session.pushes.length, isComplete, note },
      nowMs,
      out,
      session.isStreaming,
    );
  }

  /** Now all that the peer had for us has come, unless something was left out: then nothing can be concluded. */
  #decideDeferred(session: Session<R>, out: AntiEntropyOutbox<R>): void {
    const peer = session.peerName ?? session.peer;
    const stamp = session.peerStamp ?? NOTHING;
    const isKnown = isWhole(session);
    const pushed: R[] = [];
    const dropped: R[] = [];
    for (const key of session.deferred) {
      const record = this.#replica.get(key);
      if (record === undefined) continue;
      const isPresent = session.arrived.has(key) || this.#owner.offer(record, peer, stamp, 'unknown') === 'push';
      const offer = isPresent ? 'push' : isKnown ? this.#owner.offer(record, peer, stamp, 'absent') : 'hold';
      if (offer === 'push') pushed.push(record);
      else if (offer === 'drop') dropped.push(record);
      else session.isCut = true;
    }
    session.deferred.clear();
    for (const { records } of this.#walk.pushes(pushed)) this.#push(session, records, false, out);
    if (dropped.length > 0) out.notify({ type: 'records-dropped', peer, session: session.id, records: dropped });
  }

  #end(session: Session<R>, outcome: SessionOutcome, note: Uint8Array, out: AntiEntropyOutbox<R>): void {
    this.sessions.close(session);
    this.#tell(session, outcome, note, out);
  }

  #tell(session: Session<R>, outcome: SessionOutcome, note: Uint8Array, out: AntiEntropyOutbox<R>): void {
    const movedCount = Math.max(session.sentCount, session.receivedCount);
    if (outcome !== 'timeout') this.#estimate = VERSIONS_PER_RECORD * movedCount;
    const isComplete = outcome === 'equal' || (outcome === 'done' && isWhole(session));
    out.notify({
      type: 'session-ended',
      peer: session.peerName ?? session.peer,
      session: session.id,
      role: 'initiator',
      outcome,
      sentCount: session.sentCount,
      receivedCount: session.receivedCount,
      isComplete,
      stamp: session.peerStamp ?? NOTHING,
      note: isComplete ? note : NOTHING,
    });
    this.#onEnd(session, out);
  }
}
