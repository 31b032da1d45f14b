/** Topics by name and by prefix. */

/** Stands for any end of a topic. */
const WILDCARD = '*';

/** Whether a topic fits: the same name, or, where the pattern ends with `*`, one that begins with what is before it. */
export function isTopicOf(topic: string, pattern: string): boolean {
  return pattern.endsWith(WILDCARD) ? topic.startsWith(pattern.slice(0, -WILDCARD.length)) : topic === pattern;
}
