import { it } from 'vitest';

it('runs the example of the README', async () => {
  await import('../examples/readme.ts');
});
