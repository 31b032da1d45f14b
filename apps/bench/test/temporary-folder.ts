/** A folder that lives as long as one test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** To be called once per file, outside of the tests; each test then finds an empty folder at `path`. */
export function temporaryFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'hearsay-bench-'));
  });
  afterEach(() => rmSync(folder.path, { recursive: true }));
  return folder;
}
