/**
 * The network between simulated nodes: how long a message takes, whether it is lost or doubled, and who can reach
 * whom. It knows ids and times, never messages.
 *
 * Packets are lost, doubled, damaged and reordered. Streams are not: one pair's frames arrive in order, and a lost
 * segment only makes them late; but a connection can break. Nothing passes a blocked link, not even what was under way
 * when the block began. A stream needs both directions, for its acknowledgements.
 */
import type { NodeId, Rng, Via } from '@hearsay/core';
import { Bandwidth } from './bandwidth.ts';
import { type LinkConfig, type NetworkConfig, networkConfig } from './config.ts';
import { Streams } from './streams.ts';

/** What became of a message: it will arrive, or it is counted as lost, and why. */
export type Fate =
  | 'carried'
  | 'lostCount'
  | 'blockedCount'
  | 'oversizeCount'
  | 'mtuCount'
  | 'congestedCount'
  | 'resetCount';

/** A block of packets and one of streams, as bits. */
const BLOCK: Readonly<Record<Via, number>> = Object.freeze({ packet: 0b01, stream: 0b10 });
const BLOCK_ALL = BLOCK.packet | BLOCK.stream;

const MICROSECONDS_PER_MS = 1_000;

/** Latency, loss, duplication, reordering, partitions and one-way blocks. */
export class VirtualNetwork {
  #config: Readonly<NetworkConfig>;
  /** Links with values of their own, by sender, then receiver. */
  readonly #links = new Map<NodeId, Map<NodeId, Readonly<LinkConfig>>>();
  /** Which of `BLOCK` hold, by sender, then receiver. */
  readonly #blocks = new Map<NodeId, Map<NodeId, number>>();
  /** Groups of each named node while partitioned; two nodes that share none cannot talk. */
  #groups: Map<NodeId, readonly number[]> | undefined;
  readonly #streams = new Streams();
  readonly #bandwidth = new Bandwidth();

  constructor(config: Partial<NetworkConfig> = {}) {
    this.#config = networkConfig(config);
  }

  get config(): Readonly<NetworkConfig> {
    return this.#config;
  }

  /** Changes some values for all links that were not set apart, from now on. Throws `ConfigError`. */
  configure(changes: Partial<NetworkConfig>): void {
    this.#config = networkConfig(changes, this.#config);
  }

  /** Packets lost, of a thousand, on all links that were not set apart. */
  setLoss(perMille: number): void {
    this.configure({ lossPerMille: perMille });
  }

  /** Sets one direction apart; what is not given comes from the network as it is now. Throws `ConfigError`. */
  setLink(from: NodeId, to: NodeId, link: Partial<LinkConfig>): void {
    entryOf(this.#links, from, () => new Map<NodeId, Readonly<LinkConfig>>()).set(
      to,
      networkConfig(link, this.#config),
    );
  }

  /** The direction follows the network again. */
  clearLink(from: NodeId, to: NodeId): void {
    this.#links.get(from)?.delete(to);
  }

  /**
   * Nodes that share no group cannot reach each other. A node in several groups bridges them; all nodes in none form
   * one more group together. Replaces the partition before it.
   */
  partition(groups: readonly (readonly NodeId[])[]): void {
    const groupsOf = new Map<NodeId, number[]>();
    groups.forEach((group, index) => {
      for (const id of group) entryOf(groupsOf, id, () => []).push(index);
    });
    this.#groups = groupsOf;
  }

  /** Nothing passes from `from` to `to`, or nothing of one kind. The other direction is untouched. */
  block(from: NodeId, to: NodeId, via?: Via): void {
    const blocks = entryOf(this.#blocks, from, () => new Map<NodeId, number>());
    blocks.set(to, (blocks.get(to) ?? 0) | (via === undefined ? BLOCK_ALL : BLOCK[via]));
  }

  unblock(from: NodeId, to: NodeId, via?: Via): void {
    const blocks = this.#blocks.get(from);
    const left = via === undefined ? 0 : (blocks?.get(to) ?? 0) & ~BLOCK[via];
    if (left === 0) blocks?.delete(to);
    else blocks?.set(to, left);
  }

  /** Ends the partition and every block. Loss, latency and links set apart stay. */
  heal(): void {
    this.#groups = undefined;
    this.#blocks.clear();
  }

  /** Whether a message from `from` can get to `to` at all. */
  canReach(from: NodeId, to: NodeId, via: Via = 'packet'): boolean {
    if (this.#blocks.size > 0) {
      if (((this.#blocks.get(from)?.get(to) ?? 0) & BLOCK[via]) !== 0) return false;
      if (via === 'stream' && ((this.#blocks.get(to)?.get(from) ?? 0) & BLOCK.stream) !== 0) return false;
    }
    if (this.#groups === undefined) return true;
    const groups = this.#groups.get(from);
    const others = this.#groups.get(to);
    if (groups === undefined || others === undefined) return groups === others;
    return groups.some((group) => others.includes(group));
  }

  /**
   * Decides about one message that is sent at `nowMs`, with dice from `rng`. When it is carried, `arrivalsMs` holds
   * the time of its arrival, twice when it is doubled; otherwise it is empty. `sizeBytes` 0 means unknown.
   */
  route(from: NodeId, to: NodeId, via: Via, sizeBytes: number, nowMs: number, rng: Rng, arrivalsMs: number[]): Fate {
    arrivalsMs.length = 0;
    if (!this.canReach(from, to, via)) return 'blockedCount';
    const link = this.#linkOf(from, to);
    if (via === 'packet' && sizeBytes > link.packetBytesMax) return 'oversizeCount';
    let sentMs = nowMs;
    if (link.bytesPerSecond > 0) {
      const delayMs = this.#bandwidth.delayMs(from, to, via, sizeBytes, nowMs, link);
      if (delayMs === undefined) return 'congestedCount';
      sentMs += delayMs;
    }
    if (via === 'stream') return this.#routeStream(from, to, link, sentMs, rng, arrivalsMs);
    if (sizeBytes > link.mtuBytes) return 'mtuCount';
    if (rng.chance(link.lossPerMille)) return 'lostCount';
    arrivalsMs.push(sentMs + latencyMs(link, rng) + strayMs(link, rng));
    if (rng.chance(link.duplicatePerMille)) arrivalsMs.push(sentMs + latencyMs(link, rng) + strayMs(link, rng));
    return 'carried';
  }

  /** Whether a packet that is carried is damaged on its way. */
  damages(from: NodeId, to: NodeId, rng: Rng): boolean {
    return rng.chance(this.#linkOf(from, to).corruptPerMille);
  }

  /** Which connection a stream's frames travel by now: what was sent by an earlier one is lost. */
  connectionOf(from: NodeId, to: NodeId): number {
    return this.#streams.numberOf(from, to);
  }

  /** Breaks the connections between two nodes, with what is under way on them. */
  resetStreams(a: NodeId, b: NodeId): void {
    this.#streams.reset(a, b);
    this.#streams.reset(b, a);
  }

  /** Drops what is remembered of a node's streams: it crashed, and its connections with it. */
  forgetStreams(id: NodeId): void {
    this.#streams.forget(id);
  }

  #linkOf(from: NodeId, to: NodeId): Readonly<LinkConfig> {
    return this.#links.get(from)?.get(to) ?? this.#config;
  }

  #routeStream(from: NodeId, to: NodeId, link: LinkConfig, sentMs: number, rng: Rng, arrivalsMs: number[]): Fate {
    let delayMs = latencyMs(link, rng);
    for (let retryCount = 0; delayMs <= link.streamTimeoutMs && rng.chance(link.lossPerMille); retryCount++) {
      delayMs += link.streamRetransmitMs * 2 ** retryCount;
    }
    const arrivalMs = this.#streams.queue(from, to, sentMs + delayMs);
    if (arrivalMs - sentMs > link.streamTimeoutMs || rng.chance(link.streamResetPerMille)) {
      this.#streams.reset(from, to);
      return 'resetCount';
    }
    arrivalsMs.push(arrivalMs);
    return 'carried';
  }
}

/** 0 for a packet that goes the usual way. */
function strayMs(link: LinkConfig, rng: Rng): number {
  return rng.chance(link.strayPerMille) ? Math.round(rng.fraction() * link.strayMs) : 0;
}

/** One draw. Whole microseconds, so that the last digit of a logarithm never decides what comes first. */
function latencyMs(link: LinkConfig, rng: Rng): number {
  const tailMsMean = link.latencyMsMean - link.latencyMsMin;
  const tailMs = tailMsMean > 0 ? -Math.log(1 - rng.fraction()) * tailMsMean : 0;
  const jitterMs = link.jitterMs > 0 ? rng.fraction() * link.jitterMs : 0;
  return Math.round((link.latencyMsMin + tailMs + jitterMs) * MICROSECONDS_PER_MS) / MICROSECONDS_PER_MS;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}
