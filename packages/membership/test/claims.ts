/** Claims about one member over a small domain: few values, many ties, and ties are where the bugs are. */
import { aliveClaim, type Claim, type Status } from '../src/index.ts';

export const STATUSES: readonly Status[] = ['alive', 'suspect', 'dead', 'left'];

/** A claim about `m`, as its member would make it but for what is given. */
export function claim(given: Partial<Claim> = {}): Claim {
  return aliveClaim({ name: 'm', address: '10.0.0.1:1', generation: 1, ...given });
}

/** Every claim about `m` with two generations, three incarnations, four statuses, two addresses and two of the rest. */
export function allClaims(): readonly Claim[] {
  const rests = [{}, { zone: 'z' }, { tagsDigest: 7 }];
  return [1, 2].flatMap((generation) =>
    [0, 1, 2].flatMap((incarnation) =>
      STATUSES.flatMap((status) =>
        ['10.0.0.1:1', '10.0.0.2:1'].flatMap((address) =>
          rests.map((rest) => claim({ generation, incarnation, status, address, ...rest })),
        ),
      ),
    ),
  );
}
