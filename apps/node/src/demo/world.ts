/** What the demo's story needs of its cluster. */
import type { MemberView } from '../client/shapes.ts';
import type { AgentConfig } from '../config/schema.ts';

/** A condition did not come to hold in time; the message says what was missing. */
export class NotHeldError extends Error {
  override readonly name = 'NotHeldError';
}

export interface StoryWorld {
  /** All agents, in the order of their start, whether they run or not. */
  readonly names: readonly string[];
  /** Whose rules judge the members. */
  readonly profile: AgentConfig['profile'];
  nowMs(): number;
  /** When the last agent had printed its ready line. */
  readonly startedMs: number;
  /** What `at` knows, by name. */
  members(at: string): Promise<ReadonlyMap<string, MemberView>>;
  /** Publishes a rumor at `at` and returns its id. */
  publish(at: string): Promise<string>;
  /** The agents whose event stream has shown the rumor. */
  hearers(rumorId: string): ReadonlySet<string>;
  write(at: string, key: string, value: string): Promise<void>;
  /** `undefined` when `at` has no such key. */
  read(at: string, key: string): Promise<string | undefined>;
  /** `at` tells something about itself. */
  setState(at: string, key: string, value: string): Promise<void>;
  /** What `origin` tells about itself, as `at` has heard; `undefined` when it has not. */
  stateOf(at: string, origin: string, key: string): Promise<string | undefined>;
  /** How many tokens `at` has on the ring; `undefined` for what it has from the start. */
  setTokens(at: string, status: string): Promise<void>;
  /** First owner of a key, as `at` has it. */
  ownerOf(at: string, key: string): Promise<string | undefined>;
  /** `at` claims slots, such as `0-99,200`, with a config epoch above all others. */
  claimSlots(at: string, slots: string): Promise<void>;
  /** Which slots each member has, as `at` has it. */
  slots(at: string): Promise<ReadonlyMap<string, string>>;
  /** Cuts every connection between the two sides. */
  cut(side: readonly string[], otherSide: readonly string[]): Promise<void>;
  heal(names: readonly string[]): Promise<void>;
  /** SIGKILL: no good-byes. */
  kill(name: string): Promise<void>;
  /** Starts a killed agent again, with the data folder it had. */
  restart(name: string): Promise<void>;
  /**
   * Waits until `missing` finds nothing missing, asking again whenever something happens anywhere.
   * Throws `NotHeldError` with the last answer when the deadline passes.
   */
  until(missing: () => Promise<string | undefined>, deadlineMs: number): Promise<void>;
}
