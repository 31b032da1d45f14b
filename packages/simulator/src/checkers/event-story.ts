/** Who follows the events of a node and nothing else knows who is there: exactly whom its table holds as present. */
import type { NodeId } from '@hearsay/core';
import { type Claim, isPresent } from '@hearsay/membership';
import type { StackEvent } from '@hearsay/stack';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';

export class EventStory implements ClusterChecker {
  readonly name = 'events tell who is there';
  checkedCount = 0;
  readonly #told = new WeakMap<Life, Set<NodeId>>();
  readonly #changed = new Map<Life, Set<NodeId>>();

  onLife(life: Life): void {
    this.#told.set(life, new Set());
  }

  onClaim({ at, key }: Change<Claim>): void {
    if (key === at.name) return;
    const changed = this.#changed.get(at) ?? new Set();
    this.#changed.set(at, changed.add(key));
  }

  onEvent(life: Life, event: StackEvent): void {
    const told = this.#told.get(life);
    switch (event.type) {
      case 'member-joined':
      case 'member-recovered':
      case 'member-suspected':
        told?.add(event.claim.name);
        return;
      case 'member-failed':
      case 'member-left':
        told?.delete(event.claim.name);
        return;
      default:
        return;
    }
  }

  onStep(life: Life): void {
    const changed = this.#changed.get(life);
    if (changed === undefined) return;
    this.#changed.delete(life);
    for (const name of changed) {
      // With the verdict of a detector that judges beside the claims.
      const member = life.core.table.member(name);
      const isThere = member !== undefined && isPresent(member);
      const isTold = this.#told.get(life)?.has(name) === true;
      this.checkedCount += 1;
      must(this, isThere === isTold, () => `${life.name} holds ${name} ${member?.status}; told present: ${isTold}`);
    }
  }
}
