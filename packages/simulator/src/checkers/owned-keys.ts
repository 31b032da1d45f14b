/** Keys whose owners are watched: of five members each has some, with any tokens. */
export const OWNED_KEYS: readonly string[] = Array.from({ length: 48 }, (_, index) => `key-${index}`);
