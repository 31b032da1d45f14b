/** In a protocol every number is a named default with a source, so it lives in `config.ts`, or the `…-config.ts` of a part. */
import { isProtocol } from '../layers.mjs';
import { violationAt } from '../violation.mjs';

const CONFIG = 'config.ts';
const CONFIG_FILE = /[/-]config\.ts$/;

/** @type {import('../violation.mjs').Rule} */
export const literals = {
  names: ['literal'],
  *check(repository) {
    for (const file of repository.packageSources) {
      if (!isProtocol(file.packageDir) || CONFIG_FILE.test(file.path)) continue;
      for (const token of file.tokens) {
        if (token.kind !== 'number' || Number(token.text.replace(/_|n$/g, '')) <= 1) continue;
        yield violationAt(
          file,
          token.start,
          'literal',
          `${token.text}: name it in ${CONFIG}, with its unit and source`,
        );
      }
    }
  },
};
