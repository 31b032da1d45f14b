import { describe, expect, it } from 'vitest';
import { CidrList } from '../src/index.ts';

describe('CidrList', () => {
  const list = new CidrList(['10.0.0.0/8', '192.168.7.0/24', 'fd00::/8']);

  it.each([
    ['10.1.2.3:7946', true],
    ['11.0.0.1:7946', false],
    ['192.168.7.255:1', true],
    ['192.168.8.0:1', false],
    ['[fd12::1]:7946', true],
    ['[fe80::1]:7946', false],
    ['[::ffff:10.0.0.1]:7946', true],
    ['[::ffff:11.0.0.1]:7946', false],
    ['db.example:7946', false],
    ['10.1.2.3', false],
  ])('%s: %s', (endpoint, expected) => expect(list.includes(endpoint)).toBe(expected));

  it('names everything that is no network, at once', () => {
    expect(() => new CidrList(['10.0.0.0/8', '10.0.0.0', 'x/8', '10.0.0.0/33'])).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        problems: [expect.any(String), expect.any(String), expect.any(String)],
      }),
    );
  });

  it('an empty list includes nobody', () => expect(new CidrList([]).includes('10.0.0.1:1')).toBe(false));
});
