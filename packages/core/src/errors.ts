/**
 * Every error that leaves this toolkit has one stable code. docs/ERRORS.md has a section per code, and a test keeps
 * the page, this union and the classes together.
 */

/** Stable and never reused. Branch on it. */
export type HearsayErrorCode =
  | 'ERR_CONFIG'
  | 'ERR_NAME'
  | 'ERR_ADDRESS'
  | 'ERR_KEY'
  | 'ERR_VERSION'
  | 'ERR_TOO_LARGE'
  | 'ERR_CLOCK_SKEW'
  | 'ERR_OVERFLOW'
  | 'ERR_WIRE'
  | 'ERR_BIND'
  | 'ERR_JOIN'
  | 'ERR_STOPPED'
  | 'ERR_SNAPSHOT';

/**
 * Base of every error that leaves this toolkit. Branch on `code`, not on `instanceof`: two copies of a package in
 * one process break `instanceof`, and never break a string.
 */
export class HearsayError extends Error {
  override readonly name: string = 'HearsayError';
  readonly code: HearsayErrorCode;

  constructor(code: HearsayErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
  }
}

/** A configuration breaks a rule. Programmer or operator error: fix the caller. State: nothing was created. */
export class ConfigError extends HearsayError {
  override readonly name = 'ConfigError';
  /** Every broken rule, not only the first. */
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[]) {
    super('ERR_CONFIG', `${subject}: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/** A member name is not legal. State: nothing was created. */
export class NameError extends HearsayError {
  override readonly name = 'NameError';

  constructor(value: string) {
    super('ERR_NAME', `${quoted(value)} is not a member name: use 1 to 128 characters of A-Z a-z 0-9 . _ -`);
  }
}

/** An endpoint does not parse. State: nothing was created. */
export class AddressError extends HearsayError {
  override readonly name = 'AddressError';

  constructor(value: string) {
    super(
      'ERR_ADDRESS',
      `${quoted(value)} is not an address: use HOST:PORT with an IPv4 address, an [IPv6] address or a DNS name, ` +
        'for example 10.0.0.2:7946',
    );
  }
}

/** A store key is empty or too long. State: unchanged. */
export class KeyError extends HearsayError {
  override readonly name = 'KeyError';

  constructor(keyBytes: number, keyBytesMax: number) {
    super('ERR_KEY', `a key of ${keyBytes} bytes: use 1 to ${keyBytesMax} bytes of UTF-8`);
  }
}

/** A conditional write found another version at this replica. Expected when writers race. State: unchanged. */
export class VersionError extends HearsayError {
  override readonly name = 'VersionError';

  constructor(key: string, expected: string, held: string) {
    super('ERR_VERSION', `${quoted(key)} is at version ${held}, not ${expected}: read it again and retry`);
  }
}

/** Something the application handed over is larger than its limit. State: unchanged, nothing was sent. */
export class TooLargeError extends HearsayError {
  override readonly name = 'TooLargeError';
  readonly sizeBytes: number;
  readonly limitBytes: number;

  constructor(subject: string, sizeBytes: number, limitBytes: number, limitName: string) {
    super('ERR_TOO_LARGE', `${subject} of ${sizeBytes} bytes exceeds ${limitName} (${limitBytes})`);
    this.sizeBytes = sizeBytes;
    this.limitBytes = limitBytes;
  }
}

/** A timestamp lies too far ahead of the local wall clock. Expected from peers with wrong clocks. State: unchanged. */
export class ClockSkewError extends HearsayError {
  override readonly name = 'ClockSkewError';
  readonly aheadMs: number;

  constructor(aheadMs: number, skewMsMax: number) {
    super('ERR_CLOCK_SKEW', `a timestamp ${aheadMs} ms ahead of this clock, more than ${skewMsMax}: check NTP on both`);
    this.aheadMs = aheadMs;
  }
}

/** A bounded collection is full and its rule is to refuse. State: unchanged. */
export class OverflowError extends HearsayError {
  override readonly name = 'OverflowError';

  constructor(subject: string, countMax: number, limitName: string) {
    super('ERR_OVERFLOW', `${subject} is full: ${limitName} is ${countMax}`);
  }
}

/** Quotes at most the first 64 characters, so that hostile input cannot flood a log. */
function quoted(value: string): string {
  const charactersMax = 64;
  return JSON.stringify(value.length > charactersMax ? `${value.slice(0, charactersMax)}…` : value);
}
