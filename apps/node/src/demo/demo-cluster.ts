/** The demo's agents and their data folders, all of which are gone when it ends. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { RefusedError } from '../client/agent-client.ts';
import { follow } from '../client/follow.ts';
import type { MemberView } from '../client/shapes.ts';
import type { ServerEvent } from '../client/sse-parser.ts';
import type { AgentConfig } from '../config/schema.ts';
import { messageOf } from '../failure.ts';
import { AgentProcess } from './agent-process.ts';
import { NotHeldError, type StoryWorld } from './world.ts';

/** Without any event conditions are looked at again after this. Unit: ms. Source: guess. */
const LOOK_INTERVAL_MS = 250;
/** HTTP answers without this: the agent's only loopback. */
const ANY_PORT = '127.0.0.1:0';
const TOPIC = 'demo';

const rumorData = z.object({ id: z.string(), topic: z.string() });

/** One place in the cluster: it keeps its name and data folder when its process changes. */
interface Seat {
  readonly name: string;
  readonly dataDir: string;
  process: AgentProcess;
  /** Ends the reading of its events. */
  listening: AbortController;
}

export class DemoCluster implements StoryWorld {
  readonly #folder: string;
  readonly #seats = new Map<string, Seat>();
  readonly #hearers = new Map<string, Set<string>>();
  readonly #interrupted: AbortSignal;
  #wake: () => void = () => undefined;
  #startedMs = 0;

  readonly profile: AgentConfig['profile'];

  private constructor(folder: string, interrupted: AbortSignal, profile: AgentConfig['profile']) {
    this.profile = profile;
    this.#folder = folder;
    this.#interrupted = interrupted;
  }

  /** Makes an empty cluster; `interrupted` breaks every wait off. */
  static async create(interrupted: AbortSignal, profile: AgentConfig['profile'] = 'swim'): Promise<DemoCluster> {
    return new DemoCluster(await mkdtemp(join(tmpdir(), 'hearsay-demo-')), interrupted, profile);
  }

  get names(): readonly string[] {
    return [...this.#seats.keys()];
  }

  get agents(): readonly AgentProcess[] {
    return [...this.#seats.values()].map((seat) => seat.process);
  }

  get startedMs(): number {
    return this.#startedMs;
  }

  nowMs(): number {
    return performance.now();
  }

  /** Starts one more agent, which joins through those that run. */
  async add(name: string, http: string = ANY_PORT): Promise<AgentProcess> {
    const dataDir = join(this.#folder, name);
    const process = await this.#spawn(name, dataDir, http);
    this.#seats.set(name, { name, dataDir, process, listening: this.#listen(process) });
    this.#startedMs = this.nowMs();
    return process;
  }

  /** Stops every agent and removes every folder; whatever happens, nothing is left. */
  async close(): Promise<void> {
    for (const seat of this.#seats.values()) seat.listening.abort();
    await Promise.allSettled(this.agents.map((agent) => agent.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The last resort of a process that is ending already: kills what still runs, without waiting. */
  killNow(): void {
    for (const agent of this.agents) agent.killNow();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async members(at: string): Promise<ReadonlyMap<string, MemberView>> {
    const members = await this.#agent(at).client.members();
    return new Map(members.map((member) => [member.name, member]));
  }

  async publish(at: string): Promise<string> {
    const payload = Buffer.from(`a rumor from ${at}`);
    return (await this.#agent(at).client.publish(TOPIC, payload, { priority: 'normal' })).id;
  }

  hearers(rumorId: string): ReadonlySet<string> {
    return this.#hearers.get(rumorId) ?? new Set();
  }

  async write(at: string, key: string, value: string): Promise<void> {
    await this.#agent(at).client.write(key, Buffer.from(value));
  }

  read(at: string, key: string): Promise<string | undefined> {
    return foundOrNone(async () => Buffer.from((await this.#agent(at).client.read(key)).value).toString('utf8'));
  }

  async setState(at: string, key: string, value: string): Promise<void> {
    await this.#agent(at).client.setState(key, value);
  }

  stateOf(at: string, origin: string, key: string): Promise<string | undefined> {
    return foundOrNone(async () => (await this.#agent(at).client.state(key, origin)).value);
  }

  async setTokens(at: string, status: string): Promise<void> {
    await this.#agent(at).client.setTokens(status);
  }

  async ownerOf(at: string, key: string): Promise<string | undefined> {
    return (await this.#agent(at).client.owners(key, 1)).owners[0];
  }

  async claimSlots(at: string, slots: string): Promise<void> {
    await this.#agent(at).client.claimSlots(slots);
  }

  async slots(at: string): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.#agent(at).client.slots()).map(({ name, slots }) => [name, slots]));
  }

  async cut(side: readonly string[], otherSide: readonly string[]): Promise<void> {
    await Promise.all([
      ...side.map((name) => this.#agent(name).client.block(otherSide)),
      ...otherSide.map((name) => this.#agent(name).client.block(side)),
    ]);
  }

  async heal(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#agent(name).client.heal()));
  }

  async kill(name: string): Promise<void> {
    const { process, listening } = this.#seat(name);
    listening.abort();
    await process.kill();
  }

  async restart(name: string): Promise<void> {
    const seat = this.#seat(name);
    seat.process = await this.#spawn(name, seat.dataDir, ANY_PORT);
    seat.listening = this.#listen(seat.process);
  }

  async until(missing: () => Promise<string | undefined>, deadlineMs: number): Promise<void> {
    const endMs = this.nowMs() + deadlineMs;
    for (;;) {
      // Asked for before looking: an event during the look must not be slept over.
      const event = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const answer = await missing().catch(messageOf);
      if (answer === undefined) return;
      if (this.#interrupted.aborted) throw new NotHeldError('interrupted');
      if (this.nowMs() >= endMs) throw new NotHeldError(answer);
      await Promise.race([event, sleep(LOOK_INTERVAL_MS)]);
    }
  }

  #spawn(name: string, dataDir: string, http: string): Promise<AgentProcess> {
    const seeds = this.agents.filter((agent) => agent.isRunning && agent.name !== name).slice(0, 3);
    return AgentProcess.start(name, [
      ...['--bind', ANY_PORT, '--http', http, '--data-dir', dataDir, '--preset', 'local', '--allow-faults'],
      ...['--profile', this.profile],
      ...['--log-level', 'info', '--log-format', 'json'],
      ...seeds.flatMap((seed) => ['--join', seed.gossip]),
    ]);
  }

  /** Every event of every agent is a reason to look at the conditions again. */
  #listen(agent: AgentProcess): AbortController {
    const listening = new AbortController();
    void (async () => {
      const { signal } = listening;
      for await (const event of follow(agent.client, { types: [], topic: undefined, signal })) {
        this.#onEvent(agent.name, event);
      }
    })().catch(() => this.#wake());
    return listening;
  }

  #onEvent(name: string, { type, data }: ServerEvent): void {
    if (type === 'rumor') {
      const { id, topic } = rumorData.parse(JSON.parse(data));
      if (topic === TOPIC) this.#hearers.set(id, new Set([...this.hearers(id), name]));
    }
    this.#wake();
  }

  #seat(name: string): Seat {
    const seat = this.#seats.get(name);
    if (seat === undefined) throw new Error(`there is no agent ${name}`);
    return seat;
  }

  #agent(name: string): AgentProcess {
    return this.#seat(name).process;
  }
}

async function foundOrNone(ask: () => Promise<string>): Promise<string | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}
