/** The version of this package, read from its manifest so that it cannot drift. */
import { readFileSync } from 'node:fs';

/** For example `0.1.0`. */
export const VERSION: string = versionOf(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

function versionOf(manifestText: string): string {
  const manifest: unknown = JSON.parse(manifestText);
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
