export type { Durability, EngineFaults } from './lmdb-engine.ts';
export { LmdbEngine } from './lmdb-engine.ts';
export type { OpenOptions } from './open-engine.ts';
export { openLmdbEngine, STORE_DIRECTORY, STORE_DIRECTORY_DAMAGED } from './open-engine.ts';
