const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/**
 * `text` with U+FFFD in place of half characters. JavaScript allows them, UTF-8 does not: the encoder would write bytes
 * that every peer refuses, and with them the whole packet.
 */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}
