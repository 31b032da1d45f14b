export type { SwimConfig } from './config.ts';
export { LAN, LOCAL, nackDelayMs, seedRetryDelayMs, suspicionTimeoutMs, swimConfig, WAN } from './config.ts';
export type { SwimCommand, SwimEvent, SwimMessage, SwimTimer } from './messages.ts';
export type { SwimDeps } from './swim-core.ts';
export { SwimCore } from './swim-core.ts';
