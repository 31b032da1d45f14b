import { defineConfig } from 'vitest/config';
import { ClosingLine } from './tools/bootstrap/src/closing-line.ts';

/** Tests run from `src` through the private export condition, so no build is needed first. */
const conditions = ['@hearsay/source'];
const shared = { extends: true as const, resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tools/*/test/**/*.test.{ts,mjs}'],
          exclude: ['**/*.sim.test.ts', '**/*.e2e.test.ts'],
          // They leave nothing behind, and to load the same modules for each file anew takes longer than to test them.
          isolate: false,
          // For a machine that is busy with other things; none takes a tenth of it.
          testTimeout: 60_000,
        },
      },
      { ...shared, test: { name: 'sim', include: ['packages/*/test/**/*.sim.test.ts'], testTimeout: 120_000 } },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['packages/*/test/**/*.e2e.test.ts', 'apps/*/test/**/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // After the others, which need both cores. These mostly wait: two files at a time end in half the time.
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
        },
      },
    ],
  },
});
