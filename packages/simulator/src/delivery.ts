/** The way of an arrival into its node: lost, put off while the node is paused, or handed to the core as an input. */
import { assertNever, type Core, type Input, type NodeId } from '@hearsay/core';
import type { LetterArrival, NodeArrival, TimerArrival, TurnArrival } from './arrival.ts';
import type { Host } from './host.ts';
import type { Post } from './post.ts';
import type { Trace } from './trace.ts';
import type { VirtualNetwork } from './virtual-network.ts';

/** What deliveries are made with. */
export interface DeliveryDeps<C, M, T, E, K extends Core<C, M, T, E>> {
  readonly hosts: ReadonlyMap<NodeId, Host<C, M, T, E, K>>;
  readonly network: VirtualNetwork;
  readonly post: Post<M>;
  readonly trace: Trace;
  /** Messages that wait for a paused node, or for one whose I/O is blocked. */
  readonly waitingMessageCountMax: number;
  /** See `SimulationOptions`. */
  readonly threadOf: (timer: T) => string | undefined;
  /** Brings about a turn. */
  readonly schedule: (turn: TurnArrival, delayMs: number) => void;
  /** Told after every input. */
  readonly onInput: (nowMs: number, id: NodeId) => void;
}

/** See the file's first line. */
export class Delivery<C, M, T, E, K extends Core<C, M, T, E>> {
  readonly #deps: DeliveryDeps<C, M, T, E, K>;

  constructor(deps: DeliveryDeps<C, M, T, E, K>) {
    this.#deps = deps;
  }

  /** Unless the life that set it is over. */
  timer(arrival: TimerArrival<T>, nowMs: number): void {
    const host = this.#deps.hosts.get(arrival.id);
    if (host?.isLiving(arrival.life) !== true) return;
    const { gate } = host;
    const thread = gate.isShut ? this.#deps.threadOf(arrival.timer) : undefined;
    if (thread === undefined) return this.dispatch(host, arrival, nowMs);
    if (gate.isStuck(thread)) return gate.holdTimer(arrival);
    gate.runThread(thread, () => this.dispatch(host, arrival, nowMs));
  }

  /** Unless the receiver is gone, or cannot be reached any more. */
  letter(arrival: LetterArrival<M>, nowMs: number): void {
    const { hosts, network, post } = this.#deps;
    const { send } = arrival.letter;
    const host = hosts.get(send.to);
    if (host?.isLiving(arrival.life) !== true) return post.lose(nowMs, send, 'lostCount', host);
    if (!network.canReach(send.from, send.to, send.via)) return post.lose(nowMs, send, 'blockedCount', host);
    if (send.via === 'stream' && arrival.connection !== network.connectionOf(send.from, send.to))
      return post.lose(nowMs, send, 'resetCount', host);
    if (!host.gate.holdsLetters) return this.dispatch(host, arrival, nowMs);
    if (!host.gate.holdLetter(arrival, this.#deps.waitingMessageCountMax))
      post.lose(nowMs, send, 'overflowCount', host);
  }

  /** Lets out what waited inside, and begins to let in what waited outside. */
  openGate(host: Host<C, M, T, E, K>, msPerMessage: number, nowMs: number): void {
    const { sends, timers } = host.gate.open(msPerMessage);
    for (const { to, message, via } of sends) host.sendNow(to, message, via);
    for (const timer of timers) this.timer(timer, nowMs);
    this.announceTurn(host);
  }

  /** One of the messages that waited, and then the next. A paused node comes to it when it goes on. */
  turn({ id, life, turn }: TurnArrival, nowMs: number): void {
    const host = this.#deps.hosts.get(id);
    if (host?.isLiving(life) !== true || host.state === 'paused') return;
    const letter = host.gate.takeLetter(turn);
    if (letter === undefined) return;
    this.dispatch(host, letter, nowMs);
    this.announceTurn(host);
  }

  /** Unless nothing waits. */
  announceTurn({ id, life, gate }: Host<C, M, T, E, K>): void {
    if (gate.isShut || !gate.holdsLetters) return;
    this.#deps.schedule({ kind: 'turn', id, life, turn: gate.announceTurn() }, gate.msPerMessage);
  }

  /** To the core, or to what waits for a paused one. */
  dispatch(host: Host<C, M, T, E, K>, arrival: NodeArrival<C, M, T>, nowMs: number): void {
    const { post, waitingMessageCountMax, onInput } = this.#deps;
    if (host.state !== 'paused') {
      const input = this.#inputOf(host, arrival, nowMs);
      if (input === undefined) return;
      host.deliver(input);
      onInput(nowMs, host.id);
    } else if (!host.keep(arrival, waitingMessageCountMax) && arrival.kind === 'letter') {
      post.lose(nowMs, arrival.letter.send, 'overflowCount', host);
    }
  }

  #inputOf(host: Host<C, M, T, E, K>, arrival: NodeArrival<C, M, T>, nowMs: number): Input<C, M, T> | undefined {
    const { post, trace } = this.#deps;
    switch (arrival.kind) {
      case 'command':
        trace.note(nowMs, 'command', host.id, arrival.command);
        return { kind: 'command', command: arrival.command };
      case 'timer':
        trace.note(nowMs, 'timer', host.id, arrival.timer);
        return { kind: 'timer', timer: arrival.timer };
      case 'letter': {
        const message = post.open(nowMs, arrival.letter, host);
        return message === undefined ? undefined : { kind: 'message', from: arrival.letter.send.from, message };
      }
      default:
        return assertNever(arrival);
    }
  }
}
