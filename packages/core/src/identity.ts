/**
 * Who is who: member names, endpoints, and the ids that protocols use for both.
 *
 * A name never contains a colon and an endpoint always does, so one string type serves for both without doubt: a
 * node is addressed by its endpoint until its name is known, for example while it is a seed to be joined.
 */
import ipaddr from 'ipaddr.js';
import { AddressError, NameError } from './errors.ts';

/** A member's name, or the endpoint `host:port` of a node whose name is not known yet. */
export type NodeId = string;

/** `host:port`, where host is an IPv4 address, an IPv6 address in brackets, or a DNS name. */
export type Endpoint = string;

/** An endpoint in its parts. */
export interface EndpointParts {
  /** Without brackets. */
  readonly host: string;
  /** 0-65535; 0 only makes sense for binding. */
  readonly port: number;
  readonly family: 'ipv4' | 'ipv6' | 'dns';
}

/** Length limit of a member name in bytes. Source: Serf allows 128. */
export const NAME_BYTES_MAX = 128;
/** Length limit of an endpoint in bytes: the longest DNS name (253), a colon, five digits. Source: RFC 1035 §2.3.4. */
export const ENDPOINT_BYTES_MAX = 259;

const PORT_MAX = 65_535;
const NAME_PATTERN = /^[A-Za-z0-9._-]{1,128}$/;
const DNS_LABEL_PATTERN = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const DNS_NAME_BYTES_MAX = 253;
/** Four decimal parts without leading zeros. Not the library's, which is slow: every claim of a packet is checked. */
const IPV4_PATTERN = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
/** An IPv6 host in brackets or another host, then the port. */
const ENDPOINT_PATTERN = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/;

/** Whether `value` may be a member's name: 1-128 characters of `[A-Za-z0-9._-]`. */
export function isName(value: string): boolean {
  return NAME_PATTERN.test(value);
}

/** Returns `value` if it is a legal name. Throws `NameError`, which says what is allowed. */
export function parseName(value: string): NodeId {
  if (!isName(value)) throw new NameError(value);
  return value;
}

/** Whether a node id is an endpoint rather than a name. */
export function isEndpoint(id: NodeId): boolean {
  return id.includes(':');
}

/** Splits an endpoint. Throws `AddressError`, which says what was expected. */
export function parseEndpoint(value: string): EndpointParts {
  const parts = endpointParts(value);
  if (parts === undefined) throw new AddressError(value);
  return parts;
}

/** Splits an endpoint, or `undefined` when it is not one. For what peers send: it never throws. */
export function endpointParts(value: string): EndpointParts | undefined {
  if (value.length > ENDPOINT_BYTES_MAX) return undefined;
  const match = ENDPOINT_PATTERN.exec(value);
  if (match === null) return undefined;
  const [, ipv6, host = '', digits] = match;
  const port = Number(digits);
  if (port > PORT_MAX) return undefined;
  if (ipv6 !== undefined) return ipaddr.IPv6.isValid(ipv6) ? { host: ipv6, port, family: 'ipv6' } : undefined;
  if (IPV4_PATTERN.test(host)) return { host, port, family: 'ipv4' };
  return isDnsName(host) ? { host, port, family: 'dns' } : undefined;
}

/** Puts an endpoint together, with brackets around an IPv6 host. */
export function formatEndpoint(host: string, port: number): Endpoint {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A last label of digits only would be a mistyped IPv4 address such as `10.0.0.300`, not a name. */
function isDnsName(host: string): boolean {
  if (host.length > DNS_NAME_BYTES_MAX) return false;
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  return labels.every((label) => DNS_LABEL_PATTERN.test(label)) && !/^\d+$/.test(last);
}
