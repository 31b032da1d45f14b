/** Every example of every package runs, and the asserts in it hold. */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));
const examples = readdirSync(packages, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => examplesOf(name));

/** Paths below `packages/`. */
function examplesOf(name: string): string[] {
  const folder = `${packages}${name}`;
  if (!readdirSync(folder).includes('examples')) return [];
  return readdirSync(`${folder}/examples`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${name}/examples/${file}`);
}

describe('examples', () => {
  it('exist', () => expect(examples).not.toEqual([]));

  it.each(examples)('%s runs and its asserts hold', { timeout: 60_000 }, async (path) => {
    await import(/* @vite-ignore */ pathToFileURL(`${packages}${path}`).href);
  });
});
