/** A file or folder is named after the noun it is about. */
import { violationIn } from '../violation.mjs';

const VAGUE = /(?:^|[-_])(?:utils?|helpers?|common|misc)$/;

/** @type {import('../violation.mjs').Rule} */
export const fileNames = {
  names: ['file-name'],
  *check(repository) {
    for (const file of repository.files) {
      const vague = file.path.split('/').find((part) => VAGUE.test(part.replace(/\..*$/, '').toLowerCase()));
      if (vague !== undefined) yield violationIn(file.path, 'file-name', `'${vague}' says nothing: name the noun`);
    }
  },
};
