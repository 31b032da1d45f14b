/** The page: a summary of all checks, then one section per suite. */
import type { Check, Row, SuiteResult } from '../result.ts';
import { toleranceText } from '../result.ts';
import { significant } from '../statistics.ts';
import { suites } from '../suites/index.ts';
import { chart } from './chart.ts';
import { html, Markup } from './markup.ts';

const STYLE = new Markup(`
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --ok: #00805a; --bad: #c0392b; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
.meta, figcaption, .notes { color: #8a8a8a; } figure { margin: 1.5rem 0; } figcaption { font-weight: 600; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; font-size: 13px; display: block; overflow-x: auto; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid var(--soft); white-space: nowrap; }
th:first-child, td:first-child, td.text { text-align: left; }
.ok { color: var(--ok); font-weight: 700; } .bad { color: var(--bad); font-weight: 700; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: currentColor; }
svg .grid { stroke: var(--line); } svg .label { font-size: 12px; opacity: .8; }
`);

/** The whole page as text. */
export function page(results: readonly SuiteResult[]): string {
  const checks = results.flatMap((result) => result.checks);
  const failedCount = checks.filter((check) => !check.ok).length;
  const [first] = results;
  const verdict =
    failedCount === 0
      ? html`<span class="ok">all ${checks.length} checks pass</span>`
      : html`<span class="bad">${failedCount} of ${checks.length} checks fail</span>`;
  const environment = first === undefined ? '' : environmentText(first);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hearsay benchmark report</title><style>${STYLE}</style></head><body>
<h1>Hearsay benchmark report</h1>
<p>${verdict}</p><p class="meta">${environment}</p>
<ul>${results.map((result) => html`<li><a href="#${result.suite}">${result.title}</a>: ${suiteVerdict(result)}</li>`)}</ul>
${results.map(section)}
</body></html>
`.text;
}

function environmentText({ environment, version }: SuiteResult): string {
  const { node, platform, cpu, cpuCount, memoryGib, date } = environment;
  return `hearsay-bench ${version} · Node ${node} · ${platform} · ${cpuCount} × ${cpu} · ${memoryGib} GiB · ${date}`;
}

function suiteVerdict({ checks }: SuiteResult): Markup {
  const passedCount = checks.filter((check) => check.ok).length;
  return html`<span class="${passedCount === checks.length ? 'ok' : 'bad'}">${passedCount} of ${checks.length}</span>`;
}

function section(result: SuiteResult): Markup {
  const about = suites.find((suite) => suite.name === result.suite)?.about ?? '';
  const size = result.isQuick ? 'quick' : 'full';
  return html`<section id="${result.suite}"><h2>${result.title}</h2><p>${about}</p>
<p class="meta">suite ${result.suite} · seed ${result.seed} · ${size} run of ${result.tookSeconds.toFixed(1)} s · ${parameterText(result)}</p>
${result.plots.map((plot) => chart(plot, result.rows))}
${checkTable(result.checks)}
${rowTable(result.rows)}
<ul class="notes">${result.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

function parameterText({ parameters }: SuiteResult): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : value}`)
    .join(' · ');
}

function checkTable(checks: readonly Check[]): Markup {
  const line = ({ ok, name, expected, tolerance, measured }: Check): Markup =>
    html`<tr><td class="${ok ? 'ok' : 'bad'}">${ok ? '✓' : '✗'}</td><td class="text">${name}</td><td>${significant(expected)}</td><td>${toleranceText(tolerance)}</td><td>${significant(measured)}</td></tr>`;
  return html`<table><thead><tr><th></th><th>check</th><th>expected</th><th>tolerance</th><th>measured</th></tr></thead><tbody>${checks.map(line)}</tbody></table>`;
}

function rowTable(rows: readonly Row[]): Markup {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: string | number | undefined): string =>
    typeof value === 'number'
      ? significant(value, 5).toLocaleString('en', { maximumFractionDigits: 6 })
      : (value ?? '');
  return html`<table><thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${columns.map((column) => html`<td>${cell(row[column])}</td>`)}</tr>`,
  )}</tbody></table>`;
}
