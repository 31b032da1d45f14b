import { ConfigError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { MEMBERSHIP_DEFAULTS, membershipConfig } from '../src/index.ts';

describe('membershipConfig', () => {
  it('fills in the defaults and freezes', () => {
    const config = membershipConfig({ memberCountMax: 7 });
    expect(config).toEqual({ ...MEMBERSHIP_DEFAULTS, memberCountMax: 7 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each(Object.keys(MEMBERSHIP_DEFAULTS))('refuses %s of 0, and names all problems at once', (option) => {
    expect(() => membershipConfig({ [option]: 0 })).toThrow(ConfigError);
    const options = Object.fromEntries([
      [option, 0],
      ['other', 1],
    ]);
    expect(() => membershipConfig(options)).toThrow(new RegExp(`other:.*${option}:`));
  });
});
