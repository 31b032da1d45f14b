/** Every suite, in the order in which they run. */
import type { Suite } from '../suite.ts';
import { antiEntropy } from './anti-entropy.ts';
import { codec } from './codec.ts';
import { demers } from './demers.ts';
import { karp } from './karp.ts';
import { lifeguard } from './lifeguard.ts';
import { peers } from './peers.ts';
import { profiles } from './profiles.ts';
import { ring } from './ring.ts';
import { spread } from './spread.ts';
import { swim } from './swim.ts';
import { throughput } from './throughput.ts';

/** All suites. */
export const suites: readonly Suite[] = [
  codec,
  antiEntropy,
  demers,
  karp,
  spread,
  swim,
  lifeguard,
  ring,
  profiles,
  peers,
  throughput,
];
