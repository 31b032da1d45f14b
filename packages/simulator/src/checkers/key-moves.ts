/**
 * No key moves between two members that stay: at each node, whenever somebody comes or goes, a key only goes to one who
 * has come or from one who has gone. [ConsistentHashing]
 */
import type { NodeId } from '@hearsay/core';
import type { StackEvent } from '@hearsay/stack';
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { OWNED_KEYS } from './owned-keys.ts';

/** What one life saw last. */
interface Seen {
  readonly owners: readonly (NodeId | undefined)[];
  /** Members of the ring, with the tokens that they claim. */
  readonly members: ReadonlyMap<NodeId, string>;
}

/** After these the members of the ring may be others. */
const MOVING: ReadonlySet<StackEvent['type']> = new Set([
  ...(['member-joined', 'member-left', 'member-failed', 'member-recovered'] as const),
  ...(['member-damped', 'member-reused', 'state-changed'] as const),
]);

export class KeyMoves implements ClusterChecker {
  readonly name = 'no key moves between two that stay';
  checkedCount = 0;
  readonly #seen = new WeakMap<Life, Seen>();
  readonly #moving = new Set<Life>();

  onLife(life: Life): void {
    this.#seen.set(life, seenBy(life));
  }

  onEvent(life: Life, event: StackEvent): void {
    if (MOVING.has(event.type)) this.#moving.add(life);
  }

  onStep(life: Life): void {
    if (!this.#moving.delete(life)) return;
    const before = this.#seen.get(life);
    const after = seenBy(life);
    this.#seen.set(life, after);
    if (before === undefined || areSame(before.members, after.members)) return;
    this.checkedCount += 1;
    for (const [index, key] of OWNED_KEYS.entries()) {
      const [from, to] = [before.owners[index], after.owners[index]];
      if (from === to || from === undefined || to === undefined) continue;
      const isFounded = !hasStayed(from, before, after) || !hasStayed(to, before, after);
      must(this, isFounded, () => `at ${life.name} ${key} went from ${from} to ${to}, and both had stayed`);
    }
  }
}

function seenBy({ core }: Life): Seen {
  return {
    owners: OWNED_KEYS.map((key) => core.ring.ownersOf(key, 1)[0]),
    members: new Map(
      core.ring.reading.current.members.map(({ name, tokens }) => [name, `${tokens.length} ${tokens[0]}`]),
    ),
  };
}

/** It was there, it is, and with the same tokens. */
function hasStayed(name: NodeId, before: Seen, after: Seen): boolean {
  return before.members.has(name) && before.members.get(name) === after.members.get(name);
}

function areSame(a: ReadonlyMap<NodeId, string>, b: ReadonlyMap<NodeId, string>): boolean {
  return a.size === b.size && [...a].every(([name, tokens]) => b.get(name) === tokens);
}
