/** The class of a piece of news: what goes first when not everything fits. */
export type Priority = 'critical' | 'high' | 'normal' | 'bulk';

/** All classes, the most urgent first. */
export const PRIORITIES: readonly Priority[] = Object.freeze(['critical', 'high', 'normal', 'bulk'] as const);

/** Whether `value` names a class. For what peers send. */
export function isPriority(value: unknown): value is Priority {
  return PRIORITIES.some((priority) => priority === value);
}
