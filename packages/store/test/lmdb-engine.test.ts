import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineConformance } from '@hearsay/testkit';
import { canonicalRecord } from '../src/index.ts';
import { openLmdbEngine } from '../src/lmdb/index.ts';

const SILENT = { onDamage: () => {}, onFailure: () => {}, onWarning: () => {} };

engineConformance(
  'the engine on disk',
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearsay-store-'));
    const engine = openLmdbEngine(dataDir, { durability: 'batched', ...SILENT });
    return {
      engine,
      settle: () => engine.flushed(),
      close: async () => {
        await engine.close();
        rmSync(dataDir, { recursive: true });
      },
    };
  },
  canonicalRecord,
);
