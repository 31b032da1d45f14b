export type { NewsItem } from './broadcast-queue.ts';
export { BroadcastQueue } from './broadcast-queue.ts';
export type { BroadcastConfig } from './config.ts';
export { BROADCAST_DEFAULTS, broadcastConfig } from './config.ts';
export type { Priority } from './priority.ts';
export { isPriority, PRIORITIES } from './priority.ts';
export { transmitLimit } from './transmit-limit.ts';
