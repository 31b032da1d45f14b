export type { RumorConfig } from './config.ts';
export { KEY_BYTES_MAX, LAN, LOCAL, RUMOR_DEFAULTS, rumorConfig, TOPIC_BYTES_MAX, WAN } from './config.ts';
export { expectedCoverage } from './coverage.ts';
export type { RumorCommand, RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
export type { Rumor, RumorId, RumorProblem } from './rumor.ts';
export { formatRumorId, rumorProblem, validateRumor } from './rumor.ts';
export type { RumorCounts, RumorDependencies } from './rumor-core.ts';
export { RumorCore } from './rumor-core.ts';
export { RumorLog } from './rumor-log.ts';
