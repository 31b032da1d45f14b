import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('runs', async () => {
  await import('../examples/readme.ts');
});

it('runs with a cluster, and the README shows what runs', async () => {
  await import('../examples/cluster.ts');
  const [readme, example] = ['../README.md', '../examples/cluster.ts'].map((path) =>
    readFileSync(new URL(path, import.meta.url), 'utf8'),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});
