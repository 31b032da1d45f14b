/**
 * The composition of the protocols, itself a core.
 *
 *   packet --split--> message --> its protocol --events--> commands to siblings, to a fixed point
 *                                              --sends---> composer --> packets
 *
 * No state but its children and the outgoing letters. Outside are packets and endpoints, inside messages and names.
 */
import type { AntiEntropyEvent, SessionEnded } from '@hearsay/anti-entropy';
import type { NodeId, Outbox, WallClock } from '@hearsay/core';
import { assertNever, type Core, type Endpoint, type Input, isEndpoint } from '@hearsay/core';
import type { Claim, Evidence, MemberTable, NodeState } from '@hearsay/membership';
import type { Rumor, RumorCommand, RumorCore, RumorEvent, RumorMessage, RumorTimer } from '@hearsay/rumor';
import type { FloorOutlook, Store } from '@hearsay/store';
import type { SwimCommand, SwimCore, SwimEvent, SwimMessage, SwimTimer } from '@hearsay/swim';
import { Child } from './child.ts';
import { Composer } from './composer.ts';
import type { StackCommand, StackEvent, StackTimer } from './envelope.ts';
import type { Packet, StackMessage } from './messages.ts';
import { type ProbeProtocol, probeProtocolOf } from './probe.ts';
import { ProfileDetector, type ProfileEvent } from './profile-detector.ts';
import { createProtocols, type Protocols, type StackDeps, type StackSelf, type StackTwin } from './protocols.ts';
import { createReplicaChildren, type ReplicaChildren, type ReplicaRouted } from './replica-children.ts';
import { createRiders } from './riders.ts';
import { RingPart } from './ring-part.ts';
import type { AskReplica, ReplicaCounts, ReplicaDigests } from './roots.ts';
import { countsOf, digestsOf, RootExchange } from './roots.ts';
import { StatePart, type StateRouted } from './state-part.ts';
import { StoreKeeper } from './store-keeper.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;

/** An event of a child, waiting for its turn to reach the siblings and the owner. */
type Routed =
  | ProfileEvent
  | { readonly protocol: 'swim'; readonly event: SwimEvent }
  | { readonly protocol: 'rumor'; readonly event: RumorEvent }
  | ReplicaRouted
  | StateRouted;

/** Above what one input can lead to. Beyond it two cores feed each other without end, which is a programmer error. */
const ROUTED_EVENT_COUNT_MAX = 1_000_000;

/** The whole node, without I/O. */
export class StackCore implements Core<StackCommand, Packet, StackTimer, StackEvent> {
  readonly self: StackSelf;
  /** For reading, both. Local writes are commands. */
  readonly table: MemberTable;
  readonly store: Store;
  /** Who owns which key, for reading. */
  readonly ring: RingPart;
  readonly #wallClock: WallClock;
  readonly #composer: Composer;
  readonly #protocols: Protocols;
  readonly #keeper: StoreKeeper;
  readonly #roots: RootExchange;
  readonly #profile: ProfileDetector;
  readonly #swim: Child<SwimCommand, SwimMessage, SwimTimer, SwimEvent>;
  readonly #rumor: Child<RumorCommand, RumorMessage, RumorTimer, RumorEvent>;
  readonly #replicas: ReplicaChildren;
  readonly #statePart: StatePart;
  readonly #routed: Routed[] = [];

  constructor(deps: StackDeps) {
    const protocols = createProtocols(deps);
    this.self = deps.self;
    this.#wallClock = deps.wallClock;
    this.#protocols = protocols;
    this.table = protocols.table;
    this.store = protocols.store;
    const composer = new Composer({
      limits: deps.config.limits,
      sizes: deps.sizes,
      self: () => protocols.swim.self,
      ...createRiders(protocols),
    });
    this.#composer = composer;
    this.#keeper = new StoreKeeper({ ...protocols, composer, limits: deps.config.limits });
    this.#roots = new RootExchange({ protocols, composer, rng: deps.rng.fork('roots') });
    this.#profile = new ProfileDetector({
      protocols,
      composer,
      ride: (to) => this.#roots.ride(to),
      route: (event) => this.#routed.push(event),
    });
    this.#swim = new Child(protocols.swim, {
      send: (to, message, via) => {
        composer.add(to, { protocol: 'swim', message }, via);
        if (message.type === 'ping' && via === 'packet') this.#roots.ride(to);
      },
      wrapTimer: (timer) => ({ protocol: 'swim', timer }),
      route: (event) => this.#routed.push({ protocol: 'swim', event }),
    });
    this.#rumor = new Child(protocols.rumor, {
      send: (to, message, via) => composer.add(to, { protocol: 'rumor', message }, via),
      wrapTimer: (timer) => ({ protocol: 'rumor', timer }),
      route: (event) => this.#routed.push({ protocol: 'rumor', event }),
    });
    this.#replicas = createReplicaChildren(protocols, composer, (event) => this.#routed.push(event));
    this.#statePart = new StatePart({
      protocols,
      composer,
      wallClock: deps.wallClock,
      route: (event) => this.#routed.push(event),
      onChange: (event, out) => this.ring.note(event, out),
    });
    const { config, self, engine: notes } = deps;
    this.ring = new RingPart({ config, self: self.name, protocols, own: this.#statePart, notes });
  }

  /** The failure detector, for reading: local health, evidence, damped members, news that waits. */
  get detector(): Pick<SwimCore, 'flaps' | 'localHealth' | 'newsCount' | 'newsDroppedCount'> {
    return this.#protocols.swim;
  }

  /** Why a member is suspect or dead here; `undefined` when nothing is held against it. */
  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#profile.evidenceOf(name) ?? this.#protocols.swim.evidenceOf(name);
  }

  /** Rumor spreading, for reading: what is hot, logged and counted. */
  get rumors(): Pick<RumorCore, 'counts' | 'hasSeen' | 'hotBytes' | 'hotCount' | 'log' | 'settle'> {
    return this.#protocols.rumor;
  }

  /** For other nodes of this process to begin with. */
  get twin(): StackTwin {
    return this.#protocols;
  }

  /** Our own claim as it stands now. */
  get selfClaim(): Claim {
    return this.#protocols.swim.self;
  }

  /** What the members tell about themselves, for reading. Local writes are commands. */
  get state(): NodeState {
    return this.#protocols.state;
  }

  /** Digest of each replica: equal on two nodes exactly when their content is. */
  get digests(): ReplicaDigests {
    return digestsOf(this.#protocols);
  }

  /** What anti-entropy has counted. */
  get replicaCounts(): ReplicaCounts {
    return countsOf(this.#protocols);
  }

  /** What the profile's detector has passed over. */
  get detectorCounts(): ProfileDetector['counts'] {
    return this.#profile.counts;
  }

  /** Where the store's floor may go, and who keeps it from going further. */
  get floorOutlook(): FloorOutlook {
    return this.#protocols.stability.outlook;
  }

  /** Messages dropped because their destination has no known address. */
  get unknownDestinationCount(): number {
    return this.#composer.unknownDestinationCount;
  }

  step(input: Input<StackCommand, Packet, StackTimer>, nowMs: number, out: StackOutbox): void {
    this.#keeper.tell(this.#wallClock.at(nowMs));
    switch (input.kind) {
      case 'command':
        this.#onCommand(input.command, nowMs, out);
        break;
      case 'message':
        this.#onPacket(input.from, input.message, nowMs, out);
        break;
      case 'timer':
        this.#onTimer(input.timer, nowMs, out);
        break;
      default:
        assertNever(input);
    }
    this.#routeEvents(nowMs, out);
    this.#composer.flush(out, (to) => this.#endpointOf(to));
  }

  #onCommand(command: StackCommand, nowMs: number, out: StackOutbox): void {
    switch (command.type) {
      case 'start':
        this.#swim.command(command, nowMs, out);
        this.#rumor.command(command, nowMs, out);
        this.#profile.start(nowMs, out);
        for (const child of Object.values(this.#replicas)) child.command(command, nowMs, out);
        this.#statePart.ask(command, nowMs, out);
        this.ring.start(out);
        return this.#keeper.start(out);
      case 'wall-clock':
        return this.#wallClock.set(command.wallMs, nowMs);
      case 'join':
        if (!this.#profile.join(command.seeds, nowMs, out)) this.#swim.command(command, nowMs, out);
        return;
      case 'leave':
        this.#profile.stop(nowMs, out);
        return this.#swim.command(command, nowMs, out);
      case 'force-leave':
      case 'ping':
      case 'set-tags':
        return this.#swim.command(command, nowMs, out);
      case 'count':
      case 'publish':
        return this.#rumor.command(command, nowMs, out);
      case 'store-set':
      case 'store-delete':
      case 'store-lose':
        return this.#keeper.onCommand(command, out);
      case 'ring-watch':
        return this.ring.watch();
      case 'state-set':
      case 'state-delete':
        return this.#statePart.command(command, out);
      default:
        return assertNever(command);
    }
  }

  #onPacket(source: Endpoint, packet: Packet, nowMs: number, out: StackOutbox): void {
    const from = this.#senderOf(source, packet);
    this.#profile.heard(from, nowMs, out);
    for (const message of packet.messages) {
      this.#onMessage(from, message, nowMs, out);
      // Before the next one: what one message brings may be just what the next one asks for.
      this.#routeEvents(nowMs, out);
    }
    this.#answerProbe(probeProtocolOf(packet), from, nowMs, out);
  }

  /**
   * Who probes us holds us for a member. If it is a stranger here, our roots show it that something is missing, and it
   * begins a session; nothing else is answered so, or two strangers would show each other their roots for ever. If we
   * hold it gone, it hears that and refutes: of a ping SWIM sees to it.
   */
  #answerProbe(protocol: ProbeProtocol | undefined, from: NodeId, nowMs: number, out: StackOutbox): void {
    if (protocol === undefined || this.table.peers.has(from) || this.selfClaim.status === 'left') return;
    this.#roots.show(from);
    if (protocol !== 'swim') this.#swim.command({ type: 'confront', name: from }, nowMs, out);
  }

  /**
   * The sender's name if it is a member as we know it, or where an answer has to go. A packet under our own name is a
   * stranger's, and one of an earlier life of a member is not its word any more: neither may act as that member.
   */
  #senderOf(source: Endpoint, packet: Packet): NodeId {
    const held = packet.from === this.self.name ? undefined : this.table.get(packet.from);
    const { from, generation, address } = packet;
    if (held === undefined || generation < held.generation) return address === '' ? source : address;
    // A new life that has moved, and has not told so yet: an answer to its name would go where the last one was.
    const hasMoved = generation > held.generation && address !== '' && address !== held.address;
    return hasMoved ? address : from;
  }

  #onMessage(from: NodeId, wrapped: StackMessage, nowMs: number, out: StackOutbox): void {
    switch (wrapped.protocol) {
      case 'swim':
        return this.#swim.message(from, wrapped.message, nowMs, out);
      case 'heartbeat':
        return this.#profile.onHeartbeatMessage(from, wrapped.message, nowMs, out);
      case 'quorum':
        return this.#profile.onQuorumMessage(from, wrapped.message, nowMs, out);
      case 'rumor':
        return this.#rumor.message(from, wrapped.message, nowMs, out);
      case 'members':
        return this.#replicas.members.message(from, wrapped.message, nowMs, out);
      case 'store':
        return this.#replicas.store.message(from, wrapped.message, nowMs, out);
      case 'rumor-log':
        return this.#replicas.rumors.message(from, wrapped.message, nowMs, out);
      case 'state':
        return this.#statePart.onMessage(from, wrapped.message, nowMs, out);
      case 'root':
        return this.#roots.onRoot(from, wrapped.message);
      case 'roots':
        return this.#roots.onRoots(from, wrapped.message, this.#askAt(nowMs, out));
      case 'stability':
        return this.#keeper.onMessage(from, wrapped.message, this.digests.store, out);
      default:
        return assertNever(wrapped);
    }
  }

  /** Reaches each protocol over a replica by the name of the replica. */
  #askAt(nowMs: number, out: StackOutbox): AskReplica {
    return (replica, command) => {
      if (replica === 'state') this.#statePart.ask(command, nowMs, out);
      else this.#replicas[replica].command(command, nowMs, out);
    };
  }

  #onTimer(wrapped: StackTimer, nowMs: number, out: StackOutbox): void {
    switch (wrapped.protocol) {
      case 'swim':
        this.#swim.timer(wrapped.timer, nowMs, out);
        if (wrapped.timer.type === 'reap') this.#statePart.forgetAbsent(out);
        return;
      case 'heartbeat':
      case 'quorum':
        return this.#profile.onTimer(wrapped, nowMs, out);
      case 'rumor':
        return this.#rumor.timer(wrapped.timer, nowMs, out);
      case 'members':
        return this.#replicas.members.timer(wrapped.timer, nowMs, out);
      case 'store':
        return this.#replicas.store.timer(wrapped.timer, nowMs, out);
      case 'store-keeper':
        return this.#keeper.onTick(out);
      case 'rumor-log':
        return this.#replicas.rumors.timer(wrapped.timer, nowMs, out);
      case 'state':
        return this.#statePart.onTimer(wrapped.timer, nowMs, out);
      case 'ring':
        return this.ring.onSettled(out);
      default:
        return assertNever(wrapped);
    }
  }

  /** Runs to a fixed point: an event may lead to a command to a sibling, which may lead to further events. */
  #routeEvents(nowMs: number, out: StackOutbox): void {
    for (let index = 0; index < this.#routed.length; index++) {
      const routed = this.#routed[index];
      if (index >= ROUTED_EVENT_COUNT_MAX) throw new Error('two protocols feed each other without end');
      if (routed !== undefined) this.#route(routed, nowMs, out);
    }
    this.#routed.length = 0;
  }

  #route(routed: Routed, nowMs: number, out: StackOutbox): void {
    switch (routed.protocol) {
      case 'swim':
        return this.#onSwimEvent(routed.event, nowMs, out);
      case 'heartbeat':
      case 'quorum':
        return this.#onProfileEvent(routed, nowMs, out);
      case 'rumor':
        return out.notify(routed.event);
      case 'members':
        return this.#onMembersEvent(routed.event, nowMs, out);
      case 'store':
        this.#keeper.onSync(routed.event, out);
        if (routed.event.type === 'session-ended') this.#onSessionEnded(routed.event, 'store', out);
        return;
      case 'rumor-log':
        return this.#onRumorLogEvent(routed.event, nowMs, out);
      case 'state':
        return this.#statePart.onEvent(routed.event, nowMs, out);
      default:
        return assertNever(routed);
    }
  }

  /** A node that has just joined asks its seed for every replica at once, instead of waiting for its turn. */
  #onSwimEvent(event: SwimEvent, nowMs: number, out: StackOutbox): void {
    this.ring.note(event, out);
    out.notify(event);
    if (event.type === 'member-joined') return this.#profile.watch(event.claim.name, nowMs, out);
    if (event.type !== 'joined') return;
    const reconcile = { type: 'reconcile', peer: event.seed } as const;
    for (const child of Object.values(this.#replicas)) child.command(reconcile, nowMs, out);
    this.#statePart.ask(reconcile, nowMs, out);
  }

  /** What the profile's detector wants of SWIM: claims that came with heartbeats, and the join after a shadow round. */
  #onProfileEvent(event: ProfileEvent, nowMs: number, out: StackOutbox): void {
    const request = this.#profile.onEvent(event, out);
    if (request !== undefined) this.#swim.command(request, nowMs, out);
  }

  /** Claims found by anti-entropy are claims like any other: the failure detector judges them. */
  #onMembersEvent(event: AntiEntropyEvent<Claim>, nowMs: number, out: StackOutbox): void {
    if (event.type === 'records-received') {
      return this.#swim.command({ type: 'learn', claims: event.records, from: event.from }, nowMs, out);
    }
    if (event.type === 'session-ended') this.#onSessionEnded(event, 'members', out);
  }

  /** Each session is told once in the cluster, by who started it. */
  #onSessionEnded(event: SessionEnded, replica: 'members' | 'store' | 'rumors', out: StackOutbox): void {
    const { role, peer, sentCount, receivedCount } = event;
    if (role === 'initiator') out.notify({ type: 'reconciled', replica, peer, sentCount, receivedCount });
  }

  /** Rumors found by anti-entropy are news to us, and to nobody else: they are not spread again. */
  #onRumorLogEvent(event: AntiEntropyEvent<Rumor>, nowMs: number, out: StackOutbox): void {
    if (event.type === 'session-ended') return this.#onSessionEnded(event, 'rumors', out);
    if (event.type === 'records-received') {
      this.#rumor.command({ type: 'learn', rumors: event.records, from: event.from }, nowMs, out);
    }
  }

  #endpointOf(to: NodeId): Endpoint | undefined {
    return isEndpoint(to) ? to : this.table.get(to)?.address;
  }
}
