/** What members tell about themselves: nobody sees what the member did not write, or goes back, and in the end all agree. */
import { compareVersions, type MapVersion, type NodeId } from '@hearsay/core';
import type { StackEvent } from '@hearsay/stack';
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';

export class NodeStates implements ClusterChecker {
  readonly name = 'node state is what its member wrote';
  checkedCount = 0;
  readonly #written = new Set<string>();
  readonly #changed = new Map<Life, Set<NodeId>>();
  readonly #versions = new WeakMap<Life, Map<NodeId, MapVersion>>();

  onLife(life: Life): void {
    this.#versions.set(life, new Map());
  }

  onEvent(life: Life, event: StackEvent): void {
    if (event.type !== 'state-changed') return;
    const { origin, key, value } = event;
    const entry = `${origin} ${key} ${value}`;
    if (origin === life.name) this.#written.add(entry);
    const changed = this.#changed.get(life) ?? new Set();
    this.#changed.set(life, changed.add(origin));
    if (value === undefined) return;
    this.checkedCount += 1;
    must(this, this.#written.has(entry), () => `${life.name} holds of ${origin}: ${key} is ${value}`);
  }

  onStep(life: Life): void {
    for (const origin of this.#changed.get(life) ?? []) this.#compare(life, origin);
    this.#changed.delete(life);
  }

  #compare(life: Life, origin: NodeId): void {
    const versions = this.#versions.get(life);
    const now = life.core.state.versionOf(origin);
    const before = versions?.get(origin);
    // Who was forgotten may come back with less.
    if (now === undefined) versions?.delete(origin);
    else versions?.set(origin, now);
    if (now === undefined || before === undefined) return;
    must(
      this,
      compareVersions(now, before) >= 0,
      () => `${life.name} went back with the state of ${origin}: ${JSON.stringify(before)} to ${JSON.stringify(now)}`,
    );
  }
}
