import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { advertisedEndpoint } from '../src/advertise.ts';

vi.mock(import('node:os'), async (original) => ({ ...(await original()), networkInterfaces: vi.fn() }));
afterEach(() => void vi.mocked(networkInterfaces).mockReset());

const LOOPBACK = ['127.0.0.1', '::1'];

/** A machine with these addresses, by interface. */
function machineWith(interfaces: Readonly<Record<string, readonly string[]>>): void {
  const list = (addresses: readonly string[]): NetworkInterfaceInfo[] =>
    addresses.map((address) => {
      const common = { address, netmask: '', mac: '', cidr: null, internal: LOOPBACK.includes(address) };
      return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
    });
  const found = Object.entries(interfaces).map(([name, addresses]) => [name, list(addresses)]);
  vi.mocked(networkInterfaces).mockReturnValue(Object.fromEntries(found));
}

describe('advertisedEndpoint', () => {
  it.each(['10.0.0.1:7946', '[fd00::1]:7946', 'node-1.example:7946', '127.0.0.1:1'])(
    'is what was bound: %s',
    (bound) => {
      machineWith({ eth0: ['192.0.2.1'] });
      expect(advertisedEndpoint(bound)).toBe(bound);
    },
  );

  it('is the first outward address in place of a wildcard, with the port that was bound', () => {
    machineWith({ lo: LOOPBACK, eth0: ['fe80::1', 'fd00::1', '192.0.2.1'], eth1: ['192.0.2.2'] });
    expect(advertisedEndpoint('0.0.0.0:1234')).toBe('192.0.2.1:1234');
    expect(advertisedEndpoint('[::]:1234')).toBe('192.0.2.1:1234');
  });

  it('is an IPv6 address only where that was bound, and never a link-local one', () => {
    machineWith({ lo: LOOPBACK, eth0: ['fe80::1', 'fd00::1'] });
    expect(advertisedEndpoint('[::]:1234')).toBe('[fd00::1]:1234');
    expect(() => advertisedEndpoint('0.0.0.0:1234')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
    machineWith({ lo: LOOPBACK, eth0: ['fe80::1'] });
    expect(() => advertisedEndpoint('[::]:1234')).toThrow(/set advertise/);
  });

  it('cannot be told on a machine without a network', () => {
    machineWith({ lo: LOOPBACK });
    expect(() => advertisedEndpoint('0.0.0.0:7946')).toThrow(/0\.0\.0\.0:7946 gives no address.*set advertise/);
  });
});
