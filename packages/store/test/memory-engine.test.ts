import { engineConformance } from '@hearsay/testkit';
import { canonicalRecord, MemoryEngine } from '../src/index.ts';

engineConformance(
  'the memory engine',
  async () => ({ engine: new MemoryEngine(), settle: async () => {}, close: async () => {} }),
  canonicalRecord,
);
