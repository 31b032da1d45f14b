/** Markdown: one title per file, and package READMEs whose first example is the one that the tests run. */
import { violationAt, violationIn } from '../violation.mjs';

/** Changesets are fragments of a changelog and have no title. */
const UNTITLED = /^(?:\.changeset|\.github)\//;

/** @type {import('../violation.mjs').Rule} */
export const documents = {
  names: ['title', 'readme'],
  *check(repository) {
    for (const file of repository.files.filter((each) => each.isMarkdown && !UNTITLED.test(each.path))) {
      const titles = titleLines(file.lines);
      if (titles.length === 0) yield violationIn(file.path, 'title', 'has no `#` title');
      for (const line of titles.slice(1)) yield { path: file.path, line, rule: 'title', message: 'a second `#` title' };
    }
    for (const each of repository.packages.filter(({ dir }) => !dir.startsWith('tools/'))) {
      yield* checkReadme(repository, each);
    }
  },
};

/** @param {import('../repository.mjs').Repository} repository @param {import('../repository.mjs').Package} each */
function* checkReadme(repository, each) {
  const readmePath = `${each.dir}/README.md`;
  const examplePath = `${each.dir}/examples/readme.ts`;
  const readme = repository.byPath.get(readmePath);
  const example = repository.byPath.get(examplePath);
  const isLibrary = each.dir.startsWith('packages/') && !each.isPrivate;
  if (readme === undefined && (isLibrary || !each.isPrivate)) yield violationIn(readmePath, 'readme', 'is missing');
  if (example === undefined && isLibrary) yield violationIn(examplePath, 'readme', 'is missing');
  if (readme === undefined || example === undefined) return;
  const block = /^```ts\n([\s\S]*?)^```$/m.exec(readme.text);
  if (block === null) yield violationIn(readmePath, 'readme', 'has no ```ts block: show examples/readme.ts');
  else if (block[1] !== example.text) {
    yield violationAt(readme, block.index, 'readme', 'the first ```ts block is not examples/readme.ts, word for word');
  }
}

/** Numbers of the lines that begin with `# `, outside of code blocks. @param {readonly string[]} lines */
function titleLines(lines) {
  /** @type {number[]} */
  const found = [];
  let isCode = false;
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    else if (!isCode && line.startsWith('# ')) found.push(index + 1);
  }
  return found;
}
