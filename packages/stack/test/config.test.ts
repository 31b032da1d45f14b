import { ConfigError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { STACK_LIMITS, type StackOptions, stackConfig } from '../src/index.ts';

/** The problems of options that must be refused. */
function problemsOf(options: StackOptions): readonly string[] {
  try {
    stackConfig(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('stackConfig', () => {
  it('fills in a complete configuration of every part, and freezes it', () => {
    const config = stackConfig();
    expect(config.limits).toEqual(STACK_LIMITS);
    expect(Object.isFrozen(config)).toBe(true);
    for (const part of Object.values(config)) expect(Object.isFrozen(part)).toBe(true);
  });

  it('is the LAN preset unless another is named', () => {
    expect(stackConfig()).toEqual(stackConfig({ preset: 'lan' }));
    expect(stackConfig({ preset: undefined })).toEqual(stackConfig({ preset: 'lan' }));
  });

  it('has presets that wait longer the farther apart the nodes are', () => {
    const [local, lan, wan] = (['local', 'lan', 'wan'] as const).map((preset) => stackConfig({ preset }));
    expect(local!.swim.probeTimeoutMs).toBeLessThan(lan!.swim.probeTimeoutMs);
    expect(lan!.swim.probeTimeoutMs).toBeLessThan(wan!.swim.probeTimeoutMs);
    expect(local!.rumor.roundIntervalMs).toBeLessThan(lan!.rumor.roundIntervalMs);
    expect(lan!.rumor.roundIntervalMs).toBeLessThan(wan!.rumor.roundIntervalMs);
  });

  it('prefers an explicit value to the preset, and the preset to the default', () => {
    const { swim, rumor } = stackConfig({ preset: 'wan', swim: { probePeriodMs: 7_000 }, rumor: { fanout: 9 } });
    const wan = stackConfig({ preset: 'wan' });
    expect(swim).toEqual({ ...wan.swim, probePeriodMs: 7_000 });
    expect(rumor).toEqual({ ...wan.rumor, fanout: 9 });
  });

  it('takes an option that is undefined for one that was not given', () => {
    const options: object = {
      preset: 'wan',
      swim: { probePeriodMs: undefined },
      storeAntiEntropy: { depth: undefined },
    };
    expect(stackConfig(options)).toEqual(stackConfig({ preset: 'wan' }));
  });

  it('hands each part its own options', () => {
    const config = stackConfig({
      limits: { packetBytesMax: 512 },
      membership: { memberCountMax: 10 },
      store: { recordCountMax: 11 },
      membersAntiEntropy: { intervalMs: 12 },
      storeAntiEntropy: { intervalMs: 13 },
    });
    expect(config.limits.packetBytesMax).toBe(512);
    expect(config.membership.memberCountMax).toBe(10);
    expect(config.store.recordCountMax).toBe(11);
    expect(config.membersAntiEntropy.intervalMs).toBe(12);
    expect(config.storeAntiEntropy.intervalMs).toBe(13);
  });

  it('has profiles that leave the judging to another detector than SWIM, and their own parts', () => {
    expect(stackConfig().profile).toBe('swim');
    expect(stackConfig().swim.probesMembers).toBe(true);
    for (const profile of ['cassandra', 'redis'] as const) {
      const config = stackConfig({ profile, heartbeat: { digestCountMax: 9 }, phi: { phiMax: 5 } });
      expect(config.profile).toBe(profile);
      expect(config.swim.probesMembers).toBe(false);
      expect(config.heartbeat.digestCountMax).toBe(9);
      expect(config.phi.phiMax).toBe(5);
    }
    expect(stackConfig({ quorum: { nodeTimeoutMs: 2_000 } }).quorum.nodeTimeoutMs).toBe(2_000);
    expect(stackConfig({ profile: 'cassandra' }).membership.deadRetentionMs).toBe(259_200_000);
    expect(problemsOf({ profile: 'raft' as 'swim' })).toEqual([
      'profile: "raft" is none: use swim, cassandra or redis',
    ]);
  });

  it('names every problem of every part at once, with its part', () => {
    const options: object = {
      preset: 'moon',
      limits: { packetBytesMax: 511, membershipSharePerMille: 1_001 },
      membership: { memberCountMax: 0 },
      swim: { probePeriodMs: -1, probeTimoutMs: 5 },
      rumor: { fanout: 0.5 },
      store: { keyBytesMax: 513 },
      membersAntiEntropy: { depth: 0 },
      storeAntiEntropy: { depth: '3' },
    };
    expect(problemsOf(options)).toEqual([
      expect.stringMatching(/^preset: "moon" .* lan, wan or local$/),
      expect.stringMatching(/^limits\.packetBytesMax: 511 /),
      expect.stringMatching(/^limits\.membershipSharePerMille: 1001 /),
      expect.stringMatching(/^membership\.memberCountMax: 0 /),
      'swim.probeTimoutMs: unknown option',
      expect.stringMatching(/^swim\.probePeriodMs: -1 /),
      expect.stringMatching(/^rumor\.fanout: 0\.5 /),
      expect.stringMatching(/^store\.keyBytesMax: 513 /),
      expect.stringMatching(/^membersAntiEntropy\.depth: 0 /),
      'storeAntiEntropy.depth: expected a number',
    ]);
  });

  it('checks the rules between options too', () => {
    const problems = problemsOf({ preset: 'local', swim: { probePeriodMs: 100, probeTimeoutMs: 60 } });
    expect(problems).toEqual([expect.stringMatching(/^swim\.probePeriodMs: below twice probeTimeoutMs/)]);
  });

  it.each(['__proto__', 'constructor', ''])('knows no preset called %j', (preset) => {
    const options: object = { preset };
    expect(problemsOf(options)).toHaveLength(1);
  });
});
