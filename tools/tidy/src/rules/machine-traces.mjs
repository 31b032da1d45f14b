/** Nothing in the repository may depend on, or tell of, the machine it was written on. */
import { homedir } from 'node:os';

/**
 * What gives a machine away, as the source of a pattern. Written in pieces, because this file is read as well.
 * @type {readonly { pattern: RegExp, what: string }[]}
 */
const TRACES = [
  { pattern: new RegExp(`(?<![\\w./-])/(?:${'home'}|${'Users'})/[\\w.-]+/`), what: 'a home directory' },
  { pattern: new RegExp(`(?<![\\w./-])/(?:${'root'}|${'work'}|${'workspace'})/[\\w.-]`), what: 'an absolute path' },
  { pattern: new RegExp(`\\b[A-Z]:\\\\\\\\?${'Users'}\\\\`), what: 'a home directory' },
  { pattern: /\bfile:\/\/\/\w/, what: 'an absolute file URL' },
  { pattern: new RegExp(`\\b${'registry'}\\.[a-z\\d-]+\\.[a-z]{2,}`), what: 'a package registry' },
  { pattern: /^\s*(?:[@\w:-]*registry\s*[=:]|\/\/[^\s]+:_auth)/, what: 'a registry setting' },
  { pattern: /\btarball:\s*https?:/, what: 'a registry address' },
];
const LENGTH_MIN = 5;

/** @type {import('../violation.mjs').Rule} */
export const machineTraces = {
  names: ['machine'],
  *check(repository) {
    const own = [repository.root, homedir()].filter((path) => path.length >= LENGTH_MIN);
    for (const file of repository.files) {
      for (const [index, line] of file.lines.entries()) {
        const isOwn = own.some((path) => line.includes(`${path}/`));
        const trace = isOwn ? 'a path of this machine' : TRACES.find(({ pattern }) => pattern.test(line))?.what;
        if (trace === undefined) continue;
        yield { path: file.path, line: index + 1, rule: 'machine', message: `names ${trace}: the project knows none` };
      }
    }
  },
};
