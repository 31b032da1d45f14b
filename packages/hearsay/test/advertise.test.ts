import type { NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { advertisedEndpoint } from '../src/advertise.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

/** A machine with these addresses, by interface. */
function machineWith(interfaces: Readonly<Record<string, readonly string[]>>): typeof networkInterfaces {
  const list = (addresses: readonly string[]): NetworkInterfaceInfo[] =>
    addresses.map((address) => {
      const common = { address, netmask: '', mac: '', cidr: null, internal: LOOPBACK.includes(address) };
      return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
    });
  const found = Object.entries(interfaces).map(([name, addresses]) => [name, list(addresses)]);
  return () => Object.fromEntries(found);
}

describe('advertisedEndpoint', () => {
  it.each(['10.0.0.1:7946', '[fd00::1]:7946', 'node-1.example:7946', '127.0.0.1:1'])(
    'is what was bound: %s',
    (bound) => {
      const machine = machineWith({ eth0: ['192.0.2.1'] });
      expect(advertisedEndpoint(bound, machine)).toBe(bound);
    },
  );

  it('is the first outward address in place of a wildcard, with the port that was bound', () => {
    const machine = machineWith({ lo: LOOPBACK, eth0: ['fe80::1', 'fd00::1', '192.0.2.1'], eth1: ['192.0.2.2'] });
    expect(advertisedEndpoint('0.0.0.0:1234', machine)).toBe('192.0.2.1:1234');
    expect(advertisedEndpoint('[::]:1234', machine)).toBe('192.0.2.1:1234');
  });

  it('is an IPv6 address only where that was bound, and never a link-local one', () => {
    const machine = machineWith({ lo: LOOPBACK, eth0: ['fe80::1', 'fd00::1'] });
    expect(advertisedEndpoint('[::]:1234', machine)).toBe('[fd00::1]:1234');
    expect(() => advertisedEndpoint('0.0.0.0:1234', machine)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
    const linkLocal = machineWith({ lo: LOOPBACK, eth0: ['fe80::1'] });
    expect(() => advertisedEndpoint('[::]:1234', linkLocal)).toThrow(/set advertise/);
  });

  it('cannot be told on a machine without a network', () => {
    const machine = machineWith({ lo: LOOPBACK });
    expect(() => advertisedEndpoint('0.0.0.0:7946', machine)).toThrow(
      /0\.0\.0\.0:7946 gives no address.*set advertise/,
    );
  });
});
