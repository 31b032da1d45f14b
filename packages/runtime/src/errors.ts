/** Errors of the environment that the caller can act on. */
import { type Endpoint, HearsayError } from '@hearsay/core';

/** The endpoint cannot be bound. Expected when another process holds the port. State: no socket is open. */
export class BindError extends HearsayError {
  override readonly name = 'BindError';
  readonly endpoint: Endpoint;
  /** The system's code, for example `EADDRINUSE`. */
  readonly reason: string;

  constructor(endpoint: Endpoint, cause: unknown) {
    const reason = codeOf(cause);
    super('ERR_BIND', `cannot bind ${endpoint} (${reason}): ${bindAdvice(reason)}`, { cause });
    this.endpoint = endpoint;
    this.reason = reason;
  }
}

/** A file of the data directory cannot be read or written. State: the file on disk is the old one or the new one, whole. */
export class SnapshotError extends HearsayError {
  override readonly name = 'SnapshotError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super('ERR_SNAPSHOT', `cannot read or write ${path} (${codeOf(cause)}): ${snapshotAdvice(codeOf(cause))}`, {
      cause,
    });
    this.path = path;
  }
}

/** The system's code of an error, or its name. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function bindAdvice(reason: string): string {
  switch (reason) {
    case 'EADDRINUSE':
      return 'the port is in use for UDP or TCP; stop the other process, choose another port, or use port 0';
    case 'EACCES':
      return 'this user may not use the port; choose one of 1024 or above';
    case 'EADDRNOTAVAIL':
      return 'no interface of this machine has that address; bind 0.0.0.0 or [::], and advertise the outer address';
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return 'this machine does not support that address; is IPv6 switched off?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name has no address; use an IP address, or repair DNS';
    default:
      return 'choose another address or port';
  }
}

function snapshotAdvice(reason: string): string {
  switch (reason) {
    case 'EACCES':
    case 'EPERM':
      return 'give this user the right to write there, or choose another data directory';
    case 'EROFS':
      return 'the file system is read-only; choose another data directory';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free some space';
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return 'a file stands where a directory should be, or the reverse; choose another data directory';
    default:
      return 'choose another data directory';
  }
}
