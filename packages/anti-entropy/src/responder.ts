/** Answers the requests of a peer that has started a session. */
import type { NodeId, Outbox, Via } from '@hearsay/core';
import { Budget } from './budget.ts';
import { type AntiEntropyConfig, MISSING_COUNT_MAX } from './config.ts';
import { type HeardSession, HeardSessions, missingPushes, notePush } from './heard-sessions.ts';
import type { LaterPush, LaterPushes } from './later-pushes.ts';
import type {
  AntiEntropyBody,
  AntiEntropyEvent,
  AntiEntropyMessage,
  AntiEntropyTimer,
  Envelope,
  SessionOutcome,
} from './messages.ts';
import type { SessionOwner } from './owner.ts';
import type { PeerRates } from './peer-rates.ts';
import { isRequest, type Request, type Walk } from './walk.ts';

type AntiEntropyOutbox<R> = Outbox<AntiEntropyMessage<R>, AntiEntropyTimer, AntiEntropyEvent<R>>;
type Close = Extract<AntiEntropyBody<never>, { readonly type: 'close' }>;

const NOTHING = new Uint8Array(0);

/** What goes along with a part of an answer. */
interface Said {
  readonly isCut: boolean | undefined;
  readonly heard: HeardSession | undefined;
  /** Whether all of it goes by stream. */
  readonly isLong?: boolean;
  /** Parts that have been sent in earlier turns. */
  readonly saidCount?: number;
}

/** One node as the responder, to all of its peers. */
export class Responder<R> {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #walk: Walk<R>;
  readonly #owner: SessionOwner<R>;
  readonly #rates: PeerRates;
  readonly #later: LaterPushes<R>;
  readonly #heard = new HeardSessions();

  constructor(deps: {
    config: Readonly<AntiEntropyConfig>;
    walk: Walk<R>;
    owner: SessionOwner<R>;
    rates: PeerRates;
    later: LaterPushes<R>;
  }) {
    this.#later = deps.later;
    this.#rates = deps.rates;
    this.#config = deps.config;
    this.#walk = deps.walk;
    this.#owner = deps.owner;
  }

  /** Sessions of peers that were forgotten because there were too many. */
  get forgottenCount(): number {
    return this.#heard.forgottenCount;
  }

  /** Takes note of a push that answers nothing. The records were told to the owner already. */
  onPush(from: NodeId, { session, pushed }: Envelope, recordCount: number): void {
    const heard = this.#heard.get(from, session);
    if (heard !== undefined && pushed !== undefined) notePush(heard, pushed, recordCount);
  }

  /** Answers a request. Returns whether it was one. */
  answer(from: NodeId, message: AntiEntropyMessage<R>, nowMs: number, out: AntiEntropyOutbox<R>): boolean {
    if (message.type === 'close') {
      this.#onClose(from, message, out);
      return true;
    }
    if (!isRequest(message)) return false;
    const heard = message.type === 'probe' ? this.#begin(from, message, nowMs) : this.#heard.get(from, message.session);
    const budget = new Budget(this.#config, (bytes) => this.#rates.take(from, bytes));
    const mayPush = (record: R): boolean => {
      const isPushed = this.#owner.offer(record, from, heard?.peerStamp ?? NOTHING, 'unknown') === 'push';
      if (!isPushed) budget.exceed();
      return isPushed;
    };
    let rest: Pick<LaterPush<R>, 'keys' | 'isLong'> | undefined;
    const postpone = (keys: readonly string[], isLong: boolean): boolean => {
      const isTaken = this.#later.hasRoom();
      if (isTaken) rest = { keys, isLong };
      return isTaken;
    };
    const scope = { salt: message.session, isInitiator: false, budget, mayPush };
    const answer = this.#walk.answer(message, { ...scope, postpone });
    const isEqual = answer[0]?.type === 'equal';
    if (rest !== undefined) this.#sayOverTurns(from, message, answer, { heard, ...rest, scope }, out);
    else this.#send(from, message, answer, { isCut: budget.isExceeded, heard }, out);
    if (isEqual && heard !== undefined) this.#end(from, heard, 'equal', NOTHING, out);
    return true;
  }

  /**
   * Forgets sessions that their initiators have given up by now, or ended: one of each peer for each replica would be
   * half of what a node at rest holds. A message that is later still meets an unknown session.
   */
  expire(nowMs: number): void {
    this.#heard.forgetUntil(nowMs - this.#config.sessionTimeoutMs);
  }

  #begin(from: NodeId, probe: Request<R> & Envelope, nowMs: number): HeardSession {
    const known = this.#heard.get(from, probe.session);
    if (known !== undefined) return known;
    const peerStamp = probe.stamp ?? NOTHING;
    this.#owner.heard(from, peerStamp);
    return this.#heard.open(from, {
      id: probe.session,
      beganMs: nowMs,
      stamp: this.#owner.stamp(),
      note: this.#owner.note(),
      peerStamp,
    });
  }

  #onClose(from: NodeId, close: Close & Envelope, out: AntiEntropyOutbox<R>): void {
    const heard = this.#heard.get(from, close.session);
    const missing = heard === undefined ? [] : missingPushes(heard, close.pushCount, MISSING_COUNT_MAX);
    const isComplete = heard !== undefined && close.isComplete && missing.length === 0;
    const note = isComplete ? heard.note : NOTHING;
    this.#send(from, close, [{ type: 'closed', missing, isComplete, note }], { isCut: false, heard }, out);
    if (heard !== undefined && missing.length === 0) this.#end(from, heard, 'done', close.note, out, isComplete);
  }

  #end(
    from: NodeId,
    heard: HeardSession,
    outcome: SessionOutcome,
    note: Uint8Array,
    out: AntiEntropyOutbox<R>,
    isComplete = true,
  ): void {
    if (heard.isEnded) return;
    heard.isEnded = true;
    out.notify({
      type: 'session-ended',
      peer: from,
      session: heard.id,
      role: 'responder',
      outcome,
      sentCount: 0,
      receivedCount: heard.receivedCount,
      isComplete,
      stamp: heard.peerStamp,
      note: isComplete ? note : NOTHING,
    });
  }

  /** The first parts of an answer now, the others in later turns; the last one ends it. */
  #sayOverTurns(
    from: NodeId,
    asked: AntiEntropyMessage<R>,
    bodies: readonly AntiEntropyBody<R>[],
    rest: Pick<LaterPush<R>, 'keys' | 'scope' | 'isLong'> & { readonly heard: HeardSession | undefined },
    out: AntiEntropyOutbox<R>,
  ): void {
    const { heard, keys, scope, isLong } = rest;
    let partCount = this.#send(from, asked, bodies, { isCut: undefined, heard, isLong }, out);
    this.#later.add(
      {
        keys,
        scope,
        isLong,
        isWanted: () => heard === undefined || this.#heard.get(from, heard.id) === heard,
        say: (more, isLast, _nowMs, laterOut) => {
          const isCut = isLast ? scope.budget.isExceeded : undefined;
          if (more.length === 0 && !isLast) return;
          partCount += this.#send(from, asked, more, { isCut, heard, isLong, saidCount: partCount }, laterOut);
        },
      },
      out,
    );
  }

  /**
   * A long answer goes by stream: a burst of packets would overflow the receiver's buffer. So does a large record.
   * `isCut` is known with the last part only. Returns the number of parts.
   */
  #send(
    to: NodeId,
    { type, session, request, isByStream }: AntiEntropyMessage<R>,
    bodies: readonly AntiEntropyBody<R>[],
    { isCut, heard, isLong: areMany = false, saidCount = 0 }: Said,
    out: AntiEntropyOutbox<R>,
  ): number {
    const parts: readonly AntiEntropyBody<R>[] =
      bodies.length > 0 ? bodies : [{ type: 'done', messageCount: 0, isComplete: !isCut }];
    const isLong = isByStream === true || areMany || parts.length > this.#config.packetCountMax;
    for (const [index, body] of parts.entries()) {
      const isLast = isCut !== undefined && index === parts.length - 1;
      const message: AntiEntropyMessage<R> = {
        ...body,
        session,
        ...(request === undefined ? {} : { request }),
        part: saidCount + index + 1,
        ...(isLast ? { end: isCut ? 'cut' : 'complete' } : {}),
        ...(type === 'probe' && saidCount + index === 0 && heard !== undefined && heard.stamp.length > 0
          ? { stamp: heard.stamp }
          : {}),
      };
      const via: Via = isLong || this.#walk.isOversize(body) ? 'stream' : 'packet';
      out.send(to, message, via);
    }
    return parts.length;
  }
}
