/** A rumor is delivered at most once to each life of a node, and as its origin has published it. */
import type { NodeId } from '@hearsay/core';
import { formatRumorId, type Rumor } from '@hearsay/rumor';
import type { StackEvent } from '@hearsay/stack';
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Digest } from '../digest.ts';

export class RumorOnce implements ClusterChecker {
  readonly name = 'a rumor comes once to each life';
  checkedCount = 0;
  readonly #learned = new WeakMap<Life, Set<string>>();
  readonly #published = new Map<string, Set<string>>();

  onLife(life: Life): void {
    this.#learned.set(life, new Set());
  }

  onEvent(life: Life, event: StackEvent): void {
    if (event.type !== 'rumor-learned') return;
    const { rumor, from } = event;
    const id = formatRumorId(rumor.id);
    const content = contentOf(rumor);
    if (from === undefined) this.#publish(id, content);
    this.checkedCount += 1;
    must(this, this.#learned.get(life)?.has(id) === false, () => `${life.name} learned ${id} again from ${from}`);
    must(this, this.#isPublished(id, content), () => `${life.name} learned ${id} from ${from}, but not as published`);
    this.#learned.get(life)?.add(id);
  }

  #publish(id: string, content: string): void {
    this.#published.set(id, (this.#published.get(id) ?? new Set<NodeId>()).add(content));
  }

  /** An origin that lost its disk may use an id twice. */
  #isPublished(id: string, content: string): boolean {
    return this.#published.get(id)?.has(content) === true;
  }
}

function contentOf({ topic, payload, priority }: Rumor): string {
  const digest = new Digest();
  digest.value([topic, payload, priority]);
  return digest.hex;
}
