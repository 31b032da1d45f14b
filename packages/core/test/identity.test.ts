import { describe, expect, it } from 'vitest';
import { endpointParts, formatEndpoint, isEndpoint, isName, parseEndpoint, parseName } from '../src/index.ts';

describe('names', () => {
  it.each(['a', 'api-1', 'A.b_c-9', 'x'.repeat(128)])('accepts %s', (name) => {
    expect(isName(name)).toBe(true);
    expect(isEndpoint(name)).toBe(false);
  });

  it.each(['', 'a b', 'a:1', 'ä', 'x'.repeat(129), 'a/b', 'a\n'])('refuses %j and says what is allowed', (name) => {
    expect(isName(name)).toBe(false);
    expect(() => parseName(name)).toThrow(/ERR_NAME.*1 to 128 characters/);
  });
});

describe('endpoints', () => {
  it.each([
    ['10.0.0.2:7946', { host: '10.0.0.2', port: 7946, family: 'ipv4' }],
    ['[::1]:0', { host: '::1', port: 0, family: 'ipv6' }],
    ['[2001:db8::2]:65535', { host: '2001:db8::2', port: 65535, family: 'ipv6' }],
    ['seed.example.org:7946', { host: 'seed.example.org', port: 7946, family: 'dns' }],
    ['localhost:1', { host: 'localhost', port: 1, family: 'dns' }],
    ['my_service.ns:80', { host: 'my_service.ns', port: 80, family: 'dns' }],
  ])('reads %s', (text, parts) => {
    expect(parseEndpoint(text)).toEqual(parts);
    expect(formatEndpoint(parts.host, parts.port)).toBe(text);
    expect(isEndpoint(text)).toBe(true);
  });

  it.each([
    'localhost',
    ':80',
    'a:',
    'a:65536',
    'a:-1',
    'a:1e3',
    '10.0.0.300:1',
    '10.0.0.01:1',
    '10.0.0.1.:1',
    '1.2.3:4',
    '[1.2.3.4]:5',
    '::1:80',
    '[::1]80',
    '-a:1',
    `${'a'.repeat(64)}:1`,
    `${'a.'.repeat(130)}a:1`,
  ])('refuses %s and says what was expected', (text) => {
    expect(endpointParts(text)).toBeUndefined();
    expect(() => parseEndpoint(text)).toThrow(/ERR_ADDRESS.*HOST:PORT/);
  });
});
