import type { Rumor, RumorMessage } from '../src/index.ts';

/** The rumors of a push; none of another message. */
export function pushed(message: RumorMessage | undefined): readonly Rumor[] {
  return message?.type === 'push' ? message.rumors : [];
}
