/** Text from peers on its way to a terminal: nothing in it may steer the terminal. */

/** Replaces control characters, among them the escape that begins terminal sequences, by what JSON writes for them. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return `\\u{${codePoint.toString(16)}}`;
  });
}
