/**
 * Asks for the tags that claims speak of, and answers who asks. First whoever told us of the claim is asked, then the
 * member itself or anybody, by chance: an update spreads as fast as its claim, and no member is asked by all at once.
 */
import type { NodeId, Rng } from '@hearsay/core';
import { type Claim, isPresent, type MemberTable, NO_TAGS } from '@hearsay/membership';
import { MEMBER_SHARE_PER_MILLE, type SwimConfig } from './config.ts';
import type { TagsOf } from './messages.ts';
import type { SwimOutbox } from './outbox.ts';

interface Want {
  /** Which tags. */
  readonly digest: number;
  /** Who is asked first. */
  readonly teller: NodeId;
  isTellerAsked: boolean;
}

/** Keeps the table's tag shelf filled. */
export class TagFetcher {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #rng: Rng;
  /** What to ask for, the longest not asked for first. At most one for each member, and swept at each alarm. */
  readonly #wants = new Map<NodeId, Want>();
  #isAlarmPending = false;

  constructor(config: Readonly<SwimConfig>, table: MemberTable, rng: Rng) {
    this.#config = config;
    this.#table = table;
    this.#rng = rng;
    for (const name of table.tags.missing()) this.#wants.set(name, { digest: 0, teller: name, isTellerAsked: false });
  }

  /** Begins with what was missing from the start. */
  start(out: SwimOutbox): void {
    if (this.#wants.size > 0) this.#schedule(this.#rng.fraction() * this.#config.gossipIntervalMs, out);
  }

  /** A claim was believed; `from` told us. Another claim that speaks of the same tags does not start over. */
  onClaim({ name, tagsDigest: digest }: Claim, from: NodeId, out: SwimOutbox): void {
    if (this.#table.tags.of(name) !== undefined || this.#wants.get(name)?.digest === digest) return;
    this.#wants.set(name, { digest, teller: from, isTellerAsked: false });
    this.#schedule(this.#rng.fraction() * this.#config.gossipIntervalMs, out);
  }

  /** Asks for what is missing, and goes on until nothing is. */
  onAlarm(out: SwimOutbox): void {
    this.#isAlarmPending = false;
    for (const [to, names] of this.#questions()) out.send(to, { type: 'tags-request', names });
    if (this.#wants.size > 0) this.#schedule(this.#config.tagsRetryMs, out);
  }

  /** Tells what we have of what is asked for. */
  onRequest(from: NodeId, names: readonly NodeId[], out: SwimOutbox): void {
    const members = names.slice(0, this.#config.tagsCountMax).flatMap((name) => this.#tagsOf(name));
    if (members.length > 0) out.send(from, { type: 'tags', members });
  }

  /** Takes what was missing. The owner is told of each member whose tags are now known. */
  onTags(members: readonly TagsOf[], out: SwimOutbox): void {
    for (const { name, tags } of members) {
      const claim = this.#table.get(name);
      if (claim === undefined || !this.#table.tags.put(name, tags)) continue;
      this.#wants.delete(name);
      out.notify({ type: 'member-updated', claim });
    }
  }

  /** Tells a joiner all tags that we have, by stream. */
  sendAll(to: NodeId, out: SwimOutbox): void {
    let members: TagsOf[] = [];
    const flush = (): void => {
      if (members.length > 0) out.send(to, { type: 'tags', members }, 'stream');
      members = [];
    };
    for (const { claim } of this.#table.members()) {
      if (isPresent(claim)) members.push(...this.#tagsOf(claim.name));
      if (members.length >= this.#config.tagsCountMax) flush();
    }
    flush();
  }

  #tagsOf(name: NodeId): TagsOf[] {
    const tags = this.#table.get(name) === undefined ? undefined : this.#table.tags.of(name);
    return tags === undefined || tags === NO_TAGS ? [] : [{ name, tags }];
  }

  /** Whom to ask for which names: `tagsCountMax` names at one time, the others wait for their turn. */
  #questions(): ReadonlyMap<NodeId, NodeId[]> {
    const questions = new Map<NodeId, NodeId[]>();
    let roomCount = this.#config.tagsCountMax;
    for (const [name, want] of [...this.#wants]) {
      if (roomCount === 0) break;
      this.#wants.delete(name);
      if (this.#table.tags.of(name) !== undefined) continue;
      this.#wants.set(name, want);
      const to = this.#nextToAsk(name, want);
      if (to === undefined) continue;
      const names = questions.get(to);
      if (names === undefined) questions.set(to, [name]);
      else names.push(name);
      roomCount -= 1;
    }
    return questions;
  }

  #nextToAsk(name: NodeId, want: Want): NodeId | undefined {
    if (!want.isTellerAsked) {
      want.isTellerAsked = true;
      return want.teller;
    }
    return this.#rng.chance(MEMBER_SHARE_PER_MILLE) ? name : this.#table.peers.sample(this.#rng, 1)[0];
  }

  #schedule(delayMs: number, out: SwimOutbox): void {
    if (this.#isAlarmPending) return;
    this.#isAlarmPending = true;
    out.schedule({ type: 'tags' }, delayMs);
  }
}
