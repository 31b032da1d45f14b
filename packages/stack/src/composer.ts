/**
 * The packet composer: the one place that decides which messages share a packet.
 *
 * Per destination and turn: first the direct messages, then membership news, then rumors, to the byte budget. What is
 * too large for a packet goes by stream on its own. Membership news may fill the room up to its share while rumors
 * are waiting, and all of it otherwise, so neither starves the other.
 */
import type { Endpoint, NodeId, Outbox, Via } from '@hearsay/core';
import type { Packet, PacketSizes, StackMessage } from './messages.ts';

/** A protocol whose news may ride on packets that leave anyway. */
export interface Rider {
  /** Whether it has news now. */
  hasNews(): boolean;
  /** Whether a message is news of this protocol already: a round of gossip needs no second helping in its packet. */
  isNews(message: StackMessage): boolean;
  /** News that adds at most `budgetBytes` to a packet, framing included, or `undefined`. Counts as a transmission. */
  piggyback(to: NodeId, budgetBytes: number): StackMessage | undefined;
}

/** Limits of the composer. */
export interface ComposerLimits {
  readonly packetBytesMax: number;
  readonly membershipSharePerMille: number;
}

/** Whose packets they are. */
export interface ComposerSelf {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly generation: number;
}

const PER_MILLE = 1_000;

interface Letter {
  readonly message: StackMessage;
  readonly via: Via;
}

/** Collects what the protocols send in one step and packs it when the step ends. */
export class Composer {
  readonly #limits: ComposerLimits;
  readonly #sizes: PacketSizes;
  readonly #self: () => ComposerSelf;
  readonly #membership: Rider;
  readonly #rumors: Rider;
  readonly #overheadBytes: number;
  /** In the order of first mention. Emptied by every flush. */
  readonly #letters = new Map<NodeId, Letter[]>();
  #unknownDestinationCount = 0;

  constructor(deps: {
    limits: ComposerLimits;
    sizes: PacketSizes;
    /** As it stands now: a refutation may have raised the generation. */
    self: () => ComposerSelf;
    membership: Rider;
    rumors: Rider;
  }) {
    this.#limits = deps.limits;
    this.#sizes = deps.sizes;
    this.#self = deps.self;
    this.#membership = deps.membership;
    this.#rumors = deps.rumors;
    this.#overheadBytes = deps.sizes.overheadBytes(deps.self().name);
  }

  /** Messages dropped because their destination has no known address. */
  get unknownDestinationCount(): number {
    return this.#unknownDestinationCount;
  }

  /** Takes one message for `to`; it leaves at the next flush. */
  add(to: NodeId, message: StackMessage, via: Via): void {
    const letters = this.#letters.get(to);
    if (letters === undefined) this.#letters.set(to, [{ message, via }]);
    else letters.push({ message, via });
  }

  /** Takes one message for `to` in packets, unless one of its protocol is waiting already. */
  addOnce(to: NodeId, protocol: StackMessage['protocol'], make: () => StackMessage): void {
    if (this.#letters.get(to)?.some(({ message }) => message.protocol === protocol) !== true) {
      this.add(to, make(), 'packet');
    }
  }

  /** Packs and sends everything collected. `resolve` gives the endpoint of a node, if known. */
  flush<T, E>(out: Outbox<Packet, T, E>, resolve: (to: NodeId) => Endpoint | undefined): void {
    for (const [to, letters] of this.#letters) {
      const endpoint = resolve(to);
      if (endpoint === undefined) this.#unknownDestinationCount += letters.length;
      else this.#pack(to, endpoint, letters, out);
    }
    this.#letters.clear();
  }

  #pack<T, E>(to: NodeId, endpoint: Endpoint, letters: readonly Letter[], out: Outbox<Packet, T, E>): void {
    let messages: StackMessage[] = [];
    let roomBytes = this.#roomBytes;
    for (const { message, via } of letters) {
      const sizeBytes = this.#sizes.sizeOf(message);
      if (via === 'stream' || sizeBytes > this.#roomBytes) {
        out.send(endpoint, this.#packet(this.#self().address, [message]), 'stream');
        continue;
      }
      if (sizeBytes > roomBytes) {
        out.send(endpoint, this.#packet('', messages));
        messages = [];
        roomBytes = this.#roomBytes;
      }
      messages.push(message);
      roomBytes -= sizeBytes;
    }
    if (messages.length === 0) return;
    this.#fill(to, messages, roomBytes);
    out.send(endpoint, this.#packet('', messages));
  }

  #packet(address: Endpoint | '', messages: readonly StackMessage[]): Packet {
    const { name, generation } = this.#self();
    return { from: name, generation, address, messages };
  }

  /** Room for messages in an empty packet. */
  get #roomBytes(): number {
    return this.#limits.packetBytesMax - this.#overheadBytes;
  }

  /** Lets news ride in the room that the direct messages left. */
  #fill(to: NodeId, messages: StackMessage[], roomBytes: number): void {
    const sharePerMille = this.#rumors.hasNews() ? this.#limits.membershipSharePerMille : PER_MILLE;
    const membershipBytes = Math.floor((roomBytes * sharePerMille) / PER_MILLE);
    const usedBytes = this.#ride(this.#membership, to, messages, membershipBytes);
    this.#ride(this.#rumors, to, messages, roomBytes - usedBytes);
  }

  #ride(rider: Rider, to: NodeId, messages: StackMessage[], budgetBytes: number): number {
    if (budgetBytes <= 0 || !rider.hasNews() || messages.some((message) => rider.isNews(message))) return 0;
    const message = rider.piggyback(to, budgetBytes);
    if (message === undefined) return 0;
    messages.push(message);
    return this.#sizes.sizeOf(message);
  }
}
