/** One address, zone and metadata for each life of a member: whoever speaks of it says the same. */
import type { Claim } from '@hearsay/membership';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Amnesia, lifeKey } from './lives.ts';

export class OneStory implements ClusterChecker {
  readonly name = 'one metadata and address per life';
  checkedCount = 0;
  readonly #amnesia = new Amnesia();
  readonly #stories = new Map<string, string>();

  onLife(life: Life): void {
    this.#amnesia.note(life);
  }

  onClaim({ at, after }: Change<Claim>): void {
    if (after === undefined || this.#amnesia.covers(after)) return;
    const { address, zone, tagsDigest } = after;
    const key = lifeKey(after);
    const story = `${address} ${zone} ${tagsDigest}`;
    const held = this.#stories.get(key);
    if (held === undefined) {
      this.#stories.set(key, story);
      return;
    }
    this.checkedCount += 1;
    must(this, held === story, () => `${at.name} says of ${key}: ${story}; others say: ${held}`);
  }
}
