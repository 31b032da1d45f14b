/** The checkers of every cluster. To add one: a file with one noun, and a line here. */
import type { ClusterSimulation } from '../cluster.ts';
import type { ClusterChecker, Life } from '../cluster-history.ts';
import { AcknowledgedWrites } from './acknowledged-writes.ts';
import type { Calm } from './calm.ts';
import { ClaimOrder } from './claim-order.ts';
import { EqualOwners } from './equal-owners.ts';
import { EqualRoots } from './equal-roots.ts';
import { EventStory } from './event-story.ts';
import { FalseDeaths } from './false-deaths.ts';
import { FoundedDeaths } from './founded-deaths.ts';
import { KeyMoves } from './key-moves.ts';
import { Limits } from './limits.ts';
import { LingeringDeaths } from './lingering-deaths.ts';
import { NodeStates } from './node-states.ts';
import { OneStory } from './one-story.ts';
import { OwnLives } from './own-lives.ts';
import { Deletions, RecordOrder } from './record-order.ts';
import { Resurrections } from './resurrections.ts';
import { RumorEnd } from './rumor-end.ts';
import { RumorOnce } from './rumor-once.ts';
import { SelfBelief } from './self-belief.ts';

/** What checkers need to know of the run. */
export interface CheckContext {
  /** Time in which a disturbance has no effect any more. */
  readonly boundMs: number;
  /** Time within which everybody who was held dead by mistake is back. */
  readonly reunionMs: number;
  /** How far a node's wall clock is ahead of the world's, at most. */
  readonly clockAheadMsMax: number;
  /** What is told need not be true: only what holds whatever peers say is checked. */
  readonly isPoisoned: boolean;
  /** Lives that go on, of nodes that have not left. */
  readonly survivors: () => readonly Life[];
}

/** One of each. */
export function clusterCheckers(cluster: ClusterSimulation, calm: Calm, context: CheckContext): ClusterChecker[] {
  const { config, world } = cluster;
  const { boundMs, reunionMs, survivors } = context;
  const isMember = (name: string): boolean => {
    const id = cluster.addressOf(name);
    if (!world.has(id)) return false;
    const { state, core } = world.node(id);
    return state === 'running' && core.selfClaim.status === 'alive' && core.self.isObserver !== true;
  };
  const robust = [
    // Before the order of claims, which would notice as well and say less.
    new Resurrections(),
    new ClaimOrder(),
    new EventStory(),
    new RecordOrder(),
    new EqualRoots(),
    new Limits(config, cluster.sealBytes),
  ];
  if (context.isPoisoned) return robust;
  return [
    ...robust,
    new OwnLives(),
    new OneStory(),
    new FoundedDeaths(config.swim),
    new SelfBelief(),
    new LingeringDeaths(calm, isMember, reunionMs),
    new FalseDeaths(calm, isMember, boundMs),
    new RumorOnce(),
    new RumorEnd(),
    new Deletions(),
    new NodeStates(),
    new KeyMoves(),
    new EqualOwners(survivors),
    new AcknowledgedWrites(survivors, () => world.wallMs + context.clockAheadMsMax),
  ];
}
