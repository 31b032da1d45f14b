import { ConfigError } from '@hearsay/core';
import { expect, it } from 'vitest';
import {
  HEARTBEAT_LAN,
  HEARTBEAT_LOCAL,
  heartbeatConfig,
  PHI_DEFAULTS,
  phiConfig,
  QUORUM_LAN,
  QUORUM_LOCAL,
  QUORUM_WAN,
  quorumConfig,
} from '../src/index.ts';

it('has presets that keep their own rules', () => {
  for (const preset of [HEARTBEAT_LAN, HEARTBEAT_LOCAL]) expect(heartbeatConfig(preset)).toEqual(preset);
  for (const preset of [QUORUM_LAN, QUORUM_WAN, QUORUM_LOCAL]) expect(quorumConfig(preset)).toEqual(preset);
  expect(phiConfig()).toEqual(PHI_DEFAULTS);
});

it.each<[string, () => unknown]>([
  ['an exchange', () => heartbeatConfig({ exchange: 'shout' as 'push' })],
  ['a rule', () => heartbeatConfig({ rule: 'vote' as 'phi' })],
  ['a pause', () => heartbeatConfig({ pauseToleranceMs: 1_000 })],
  ['a form', () => phiConfig({ form: 'uniform' as 'normal' })],
  ['a threshold', () => phiConfig({ phiMax: 0 })],
  ['samples', () => phiConfig({ initialSampleCount: 5, sampleCountMax: 4 })],
  ['a node timeout', () => quorumConfig({ nodeTimeoutMs: 999 })],
])('refuses %s that is none', (_what, make) => {
  expect(make).toThrow(ConfigError);
});
