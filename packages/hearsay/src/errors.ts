/** Errors of a running node. */
import { HearsayError } from '@hearsay/core';

/** No seed answered in time. Expected when the cluster is not up yet. State: the node keeps trying in the background. */
export class JoinError extends HearsayError {
  override readonly name = 'JoinError';

  constructor(addresses: readonly string[], timeoutMs: number) {
    super(
      'ERR_JOIN',
      `no answer from ${addresses.join(', ')} within ${timeoutMs} ms: is a node listening there? Retrying`,
    );
  }
}

/** The node was stopped. Programmer error: keep a reference to a running node. State: stopped. */
export class StoppedError extends HearsayError {
  override readonly name = 'StoppedError';

  constructor() {
    super('ERR_STOPPED', 'this node was stopped: create a new one');
  }
}
