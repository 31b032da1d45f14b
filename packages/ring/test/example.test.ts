import { it } from 'vitest';

it('runs', async () => {
  await import('../examples/readme.ts');
});
