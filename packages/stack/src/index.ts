export type { ComposerLimits, Rider } from './composer.ts';
export { Composer } from './composer.ts';
export type { Preset, Profile, StackConfig, StackLimits, StackOptions } from './config.ts';
export { STACK_LIMITS, stackConfig } from './config.ts';
export type { StackCommand, StackEvent, StackTimer } from './envelope.ts';
export type { Packet, PacketSizes, RootMessage, RootsMessage, StackMessage } from './messages.ts';
export type { StackDeps, StackSelf } from './protocols.ts';
export type { RingChanged, RingPart } from './ring-part.ts';
export { StackCore } from './stack.ts';
