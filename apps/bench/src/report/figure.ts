/** What all charts have around them: the title, the legend, the picture. */
import { html, type Markup } from './markup.ts';

export const WIDTH = 560;

/** One entry of a legend. `sample` is drawn in a field of 26 by 12. */
export interface LegendEntry {
  readonly label: string;
  readonly sample: Markup;
}

/** A chart with its title and legend. Without `drawing` it says that there is nothing to show. */
export function figure(
  title: string,
  legend: readonly LegendEntry[],
  height: number,
  drawing: Markup | undefined,
): Markup {
  if (drawing === undefined) {
    return html`<figure><figcaption>${title}</figcaption><p class="soft">Nothing was measured.</p></figure>`;
  }
  return html`<figure><figcaption>${title}</figcaption>
<ul class="legend">${legend.map(
    ({ label, sample }) => html`<li><svg viewBox="0 0 26 12" aria-hidden="true">${sample}</svg>${label}</li>`,
  )}</ul>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${drawing}</svg></figure>
`;
}

/** A coordinate: a hundredth of a pixel is enough. */
export function at(value: number): number {
  return Math.round(value * 100) / 100;
}
