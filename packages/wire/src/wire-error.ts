import { HearsayError } from '@hearsay/core';

/**
 * Why bytes were refused. Stable; good as a label of a counter.
 *
 * - `truncated`: they end too early;
 * - `version`: another wire version, newer or older than this one;
 * - `flags`: a feature that this version does not have, such as sealed packets;
 * - `label`: of another cluster, or of one with no label where we have one;
 * - `too-large`: a limit of the codec is exceeded;
 * - `malformed`: not protobuf, or a field holds what it must not.
 */
export type WireErrorReason = 'truncated' | 'version' | 'flags' | 'label' | 'too-large' | 'malformed';

/**
 * A peer's bytes do not parse. Expected in operation, a datagram socket hears anybody: count by `reason`, drop, go on.
 * State: unchanged.
 */
export class WireError extends HearsayError {
  override readonly name = 'WireError';
  readonly reason: WireErrorReason;

  constructor(reason: WireErrorReason, detail: string, options?: ErrorOptions) {
    super('ERR_WIRE', `packet refused (${reason}): ${detail}`, options);
    this.reason = reason;
  }
}
