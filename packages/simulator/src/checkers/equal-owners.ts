/** Who owns which key: in the end all compute the same, whatever has happened before. */
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { OWNED_KEYS } from './owned-keys.ts';

/** As many replicas as most are asked for: an owner that is wrong at any place shows. */
const REPLICA_COUNT = 3;

export class EqualOwners implements ClusterChecker {
  readonly name = 'all compute the same owners';
  checkedCount = 0;
  readonly #survivors: () => readonly Life[];

  /** @param survivors who goes on at the end. */
  constructor(survivors: () => readonly Life[]) {
    this.#survivors = survivors;
  }

  onEnd(): void {
    // Observers are not told node state. Who is damped is for each node to say, until all have been quiet for long.
    const lives = this.#survivors().filter(
      ({ core }) => core.self.isObserver !== true && core.detector.flaps.dampedCount === 0,
    );
    const [first, ...others] = lives;
    if (first === undefined) return;
    const owners = ownersAt(first);
    for (const life of others) {
      this.checkedCount += 1;
      const differing = ownersAt(life).findIndex((each, index) => each !== owners[index]);
      must(this, differing < 0, () => {
        const key = OWNED_KEYS[differing];
        return `${key} is of ${owners[differing]} at ${first.name}, and of ${ownersAt(life)[differing]} at ${life.name}`;
      });
    }
  }
}

function ownersAt({ core }: Life): string[] {
  return OWNED_KEYS.map((key) => core.ring.ownersOf(key, REPLICA_COUNT).join());
}
