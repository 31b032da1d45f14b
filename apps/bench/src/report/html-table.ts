/** Tables of the page: numbers to the right, words to the left. */
import { type Check, toleranceText } from '../check.ts';
import { cellFormat, columnsOf, isNumeric, numberText } from '../number-format.ts';
import type { Row } from '../result.ts';
import { html, type Markup } from './markup.ts';

/** All rows and columns. */
export function rowTable(rows: readonly Row[]): Markup {
  const columns = columnsOf(rows).map((name) => ({
    name,
    kind: isNumeric(rows, name) ? 'number' : 'text',
    format: cellFormat(rows, name),
  }));
  return html`<div class="scroll"><table><thead><tr>${columns.map(
    ({ name, kind }) => html`<th class="${kind}">${name}</th>`,
  )}</tr></thead><tbody>
${rows.map((row) => html`<tr>${columns.map(({ name, kind, format }) => html`<td class="${kind}">${format(row[name])}</td>`)}</tr>\n`)}</tbody></table></div>
`;
}

/** One row per check, and how much of its tolerance is used up. */
export function checkTable(checks: readonly Check[]): Markup {
  return html`<div class="scroll"><table><thead><tr><th></th><th>check</th><th class="number">expected</th><th>tolerance</th><th class="number">measured</th><th>within</th></tr></thead><tbody>
${checks.map(checkLine)}</tbody></table></div>
`;
}

function checkLine(check: Check): Markup {
  const { ok, name, expected, tolerance, measured } = check;
  const mark = html`<td class="${ok ? 'ok' : 'bad'}" aria-label="${ok ? 'passed' : 'failed'}">${ok ? '✓' : '✗'}</td>`;
  return html`<tr>${mark}<td>${name}</td><td class="number">${numberText(expected)}</td><td>${toleranceText(tolerance)}</td><td class="number">${numberText(measured)}</td><td class="margin">${marginPicture(check)}</td></tr>
`;
}

const PICTURE_WIDTH = 96;
const PICTURE_HEIGHT = 14;
const TRACK_LEFT = 8;
const TRACK_WIDTH = PICTURE_WIDTH - 2 * TRACK_LEFT;

/** The range that is tolerated, and where the measured value lies in it; outside it stands at the edge. */
function marginPicture(check: Check): Markup {
  const position = Math.min(1.08, Math.max(-0.08, positionOf(check)));
  if (Number.isNaN(position)) return html``;
  const x = Math.round(TRACK_LEFT + position * TRACK_WIDTH);
  const isTwoSided = check.tolerance.kind === 'absolute' || check.tolerance.kind === 'relative';
  const middle = html`<line class="middle" x1="${PICTURE_WIDTH / 2}" x2="${PICTURE_WIDTH / 2}" y1="1" y2="13"/>`;
  return html`<svg viewBox="0 0 ${PICTURE_WIDTH} ${PICTURE_HEIGHT}" aria-hidden="true"><rect class="track" x="${TRACK_LEFT}" y="4" width="${TRACK_WIDTH}" height="6" rx="3"/>${isTwoSided ? middle : ''}<circle class="${check.ok ? 'within' : 'beyond'}" cx="${x}" cy="7" r="5"/></svg>`;
}

/** 0 at the lower end of what is tolerated, 1 at the upper; a limit has the whole way from 0 to itself. */
function positionOf({ expected, measured, tolerance }: Check): number {
  switch (tolerance.kind) {
    case 'absolute':
      return tolerance.amount === 0 ? Number.NaN : (measured - expected) / tolerance.amount / 2 + 0.5;
    case 'relative':
      return tolerance.amount === 0 ? Number.NaN : (measured - expected) / (expected * tolerance.amount) / 2 + 0.5;
    case 'at-most':
      return expected === 0 ? Number.NaN : measured / expected;
    case 'at-least':
      return measured === 0 ? -1 : 1 - expected / measured;
  }
}
