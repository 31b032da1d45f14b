/** Which hosts only this machine can reach. */
import { isIPv4 } from 'node:net';

/** Whether a host, without port and brackets, is this machine itself. A name other than `localhost` is not trusted. */
export function isLoopbackHost(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}
