/** What a rule returns. */

/**
 * @typedef {import('./repository.mjs').Repository} Repository
 * @typedef {import('./source-file.mjs').SourceFile} SourceFile
 * @typedef {{ path: string, line: number, rule: string, message: string, isWarning?: boolean }} Violation
 * @typedef {{ path: string, text: string }} GeneratedFile
 * @typedef {object} Rule
 * @property {readonly string[]} names What `tidy-allow` may name.
 * @property {(repository: Repository) => Iterable<Violation>} check
 * @property {((repository: Repository) => GeneratedFile)=} generate The file that `--write` brings up to date.
 */

/**
 * @param {SourceFile} file @param {number} offset @param {string} rule @param {string} message @returns {Violation}
 */
export function violationAt(file, offset, rule, message) {
  return { path: file.path, line: file.lineAt(offset), rule, message };
}

/** For rules about a whole file. @param {string} path @param {string} rule @param {string} message @returns {Violation} */
export function violationIn(path, rule, message) {
  return { path, line: 1, rule, message };
}
