import { swimConfig } from '@hearsay/swim';
import { expect, it } from 'vitest';
import { VARIANTS } from '../src/suites/lifeguard-variants.ts';

it.each([
  ['SWIM', 0, 1, false],
  ['LHA-Probe', 8, 1, false],
  ['LHA-Suspicion', 0, 6, false],
  ['Buddy', 0, 1, true],
  ['Lifeguard', 8, 6, true],
  ['lag-aware', 8, 6, true],
] as const)(
  '%s has the parts that it is named for',
  (name, localHealthMax, suspicionMaxMultiplier, confrontsSuspects) => {
    const config = swimConfig(VARIANTS[name].config);
    expect(config).toMatchObject({ localHealthMax, suspicionMaxMultiplier, confrontsSuspects, suspicionMultiplier: 5 });
  },
);
