/**
 * `tidy-allow <rule>: <reason>` in a comment lets one rule pass on its own line. Each is printed and counted, and one
 * that allows nothing is itself a violation.
 */

/**
 * @typedef {import('./violation.mjs').Violation} Violation
 * @typedef {{ path: string, line: number, rule: string, reason: string }} Allowance
 */

const MARK = /tidy-allow ([a-z-]+): *(.*?)(?: *(?:\*\/|-->))?$/;
const REASON_LENGTH_MIN = 10;

/** @param {import('./source-file.mjs').SourceFile} file @returns {Allowance[]} */
function allowancesIn(file) {
  /** @type {Allowance[]} */
  const found = [];
  const note = (/** @type {number} */ line, /** @type {string} */ text) => {
    const match = MARK.exec(text);
    if (match !== null) found.push({ path: file.path, line, rule: match[1] ?? '', reason: match[2] ?? '' });
  };
  if (file.isCode) for (const comment of file.comments) note(file.lineAt(comment.start), comment.text);
  else if (/\.(?:md|ya?ml|proto|html)$/.test(file.path) || !/\.\w+$/.test(file.path)) {
    for (const [index, line] of file.lines.entries()) if (/<!--|#|\/\//.test(line)) note(index + 1, line);
  }
  return found;
}

/**
 * Takes away what is allowed, and adds what is wrong with the allowances themselves.
 * @param {import('./repository.mjs').Repository} repository
 * @param {readonly Violation[]} violations @param {ReadonlySet<string>} ruleNames
 * @returns {{ violations: Violation[], allowances: Allowance[] }}
 */
export function applyAllowances(repository, violations, ruleNames) {
  const all = repository.files.flatMap(allowancesIn);
  const keyOf = (/** @type {{ path: string, line: number, rule: string }} */ each) =>
    `${each.path}:${each.line}:${each.rule}`;
  const hit = new Set(violations.map(keyOf));
  const allowances = all.filter((each) => hit.has(keyOf(each)) && each.reason.length >= REASON_LENGTH_MIN);
  const allowed = new Set(allowances.map(keyOf));
  const faults = all
    .filter((each) => !allowances.includes(each))
    .map((each) => ({
      path: each.path,
      line: each.line,
      rule: 'allow',
      message: faultOf(each, ruleNames),
    }));
  return { violations: [...violations.filter((each) => !allowed.has(keyOf(each))), ...faults], allowances };
}

/** @param {Allowance} allowance @param {ReadonlySet<string>} ruleNames @returns {string} */
function faultOf({ rule, reason }, ruleNames) {
  if (!ruleNames.has(rule)) return `there is no rule '${rule}'`;
  if (reason.length < REASON_LENGTH_MIN) return `tidy-allow ${rule} without a reason`;
  return `tidy-allow ${rule} allows nothing here: delete it`;
}
