/**
 * The first thing that a cluster has to do, under loss: find itself, spread a rumor, replicate a write, and notice
 * that some of its members are gone. Nobody who lives may be declared dead on the way.
 */
import { Rng } from '@hearsay/core';
import { transmitLimit } from '@hearsay/damping';
import { ClusterSimulation } from './cluster.ts';
