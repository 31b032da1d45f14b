/** The page: what was run and how the checks went, then one section per suite. */
import type { Check } from '../check.ts';
import { hasPassed, runText, type SuiteResult, sizeText, verdictText } from '../result.ts';
import { chart } from './chart.ts';
import { checkTable, rowTable } from './html-table.ts';
import { html, type Markup } from './markup.ts';
import { STYLE } from './style.ts';

/** The whole page as text. */
export function page(results: readonly SuiteResult[]): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hearsay benchmark report</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body><main>
${head(results)}
${results.map(section)}
</main></body></html>
`.text;
}

function head(results: readonly SuiteResult[]): Markup {
  const checks = results.flatMap((result) => result.checks);
  const failed = results.flatMap((result) => result.checks.filter((check) => !check.ok));
  return html`<header class="card"><h1>Hearsay benchmark report</h1>
<div class="head">${badge(checks)}<span class="soft">measured against theory, the literature and other systems</span></div>
<dl>${facts(results).map(([name, values]) => html`<dt>${name}</dt><dd>${values.join(' · ')}</dd>`)}</dl>
${failed.length > 0 ? html`<h3>Failed checks</h3>${checkTable(failed)}` : ''}
<h3>Suites</h3><div class="scroll"><table><thead><tr><th>suite</th><th>what</th><th>checks</th><th>run</th></tr></thead><tbody>
${results.map(summaryLine)}</tbody></table></div></header>
`;
}

/** What was run, and where. Folders can hold runs of several days and machines: all are told. */
function facts(results: readonly SuiteResult[]): readonly (readonly [string, readonly string[]])[] {
  const all = (of: (result: SuiteResult) => string): readonly string[] => [...new Set(results.map(of))];
  return [
    ['version', all((result) => result.version)],
    ['seed', all((result) => String(result.seed))],
    ['size', all((result) => (result.isQuick ? 'quick' : 'full'))],
    ['machine', all(({ environment: { cpuCount, cpu, memoryGib } }) => `${cpuCount} × ${cpu}, ${memoryGib} GiB`)],
    ['system', all(({ environment: { node, platform } }) => `Node ${node} on ${platform}`)],
    ['measured', all(({ environment: { date } }) => date.slice(0, 10))],
  ];
}

function summaryLine(result: SuiteResult): Markup {
  return html`<tr><td><a href="#${result.suite}">${result.suite}</a></td><td class="words">${result.title}</td><td class="words ${hasPassed(result) ? 'ok' : 'bad'}">${verdictText(result.checks)}</td><td>${sizeText(result)}</td></tr>
`;
}

function badge(checks: readonly Check[]): Markup {
  return html`<span class="badge ${checks.every((check) => check.ok) ? 'ok' : 'bad'}">${verdictText(checks)}</span>`;
}

function section(result: SuiteResult): Markup {
  const { suite, title, about, plots, rows, checks, notes } = result;
  return html`<section class="card" id="${suite}"><div class="head"><h2>${title}</h2>${badge(checks)}</div>
<p>${about}</p><p class="soft">${runText(result)}</p>
<div class="plots">${plots.map((plot) => chart(plot, rows))}</div>
<h3>Measured</h3>${rowTable(rows)}
<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>
<details${hasPassed(result) ? '' : ' open'}><summary>Checks: ${verdictText(checks)}</summary>${checkTable(checks)}</details></section>
`;
}
