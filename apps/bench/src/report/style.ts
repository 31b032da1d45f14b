/** How the page looks, by day and by night, wide and narrow. */
import { Markup } from './markup.ts';

/** How many colours there are: `s0` to `s4`, chosen from the Okabe-Ito palette, which colour-blind readers can tell apart. */
export const COLOR_COUNT = 5;

export const STYLE: Markup = new Markup(`
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b1f27; --soft: #5b6472; --line: #dde1e7; --grid: #e9ecf0;
  --ok: #0b7a53; --ok-soft: #d9f2e7; --bad: #b3261e; --bad-soft: #fbe0dd;
  --c0: #0072b2; --c1: #d55e00; --c2: #00805f; --c3: #b0578d; --c4: #8a6d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --card: #1a1e25; --ink: #e7eaef; --soft: #9aa4b2; --line: #313843; --grid: #272d36;
    --ok: #56d3a2; --ok-soft: #15382b; --bad: #ff8f85; --bad-soft: #46201d;
    --c0: #56b4e9; --c1: #ff9a4d; --c2: #2fcf9f; --c3: #e29bc6; --c4: #e3c44f;
  }
}
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); } .s2 { --c: var(--c2); } .s3 { --c: var(--c3); } .s4 { --c: var(--c4); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .75rem; } h2 { font-size: 1.3rem; line-height: 1.3; margin: 0; }
h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; }
a { color: var(--c0); } p { margin: .5rem 0; max-width: 46rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; margin: 1.25rem 0; }
.head { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; }
.soft { color: var(--soft); font-size: .875rem; }
.badge { border-radius: 999px; padding: .1rem .7rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.ok { color: var(--ok); } .bad { color: var(--bad); }
.badge.ok { background: var(--ok-soft); } .badge.bad { background: var(--bad-soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0 0; font-size: .875rem; }
dt { color: var(--soft); } dd { margin: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1.5rem 2rem; margin: 1.25rem 0; }
figure { margin: 0; max-width: 38rem; } figcaption { font-weight: 600; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font: 13px system-ui, sans-serif; }
svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--soft); } svg .value { fill: var(--ink); }
svg .line { fill: none; stroke: var(--c); stroke-width: 1.75; } svg .dashed { stroke-dasharray: 6 4; }
svg .whisker { stroke: var(--c); stroke-width: 1.5; } svg .mark { fill: var(--c); stroke: var(--card); }
svg .key { --c: var(--soft); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .25rem 0 .5rem; padding: 0; font-size: .8125rem; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: .4rem; } .legend svg { width: 26px; height: 12px; flex: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: .3rem 1.1rem .3rem 0; text-align: left; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th { color: var(--soft); font-weight: 600; border-bottom-color: var(--line); white-space: normal; vertical-align: bottom; line-height: 1.3; }
td.words { white-space: normal; min-width: 6.5rem; }
.number { text-align: right; } td.margin { min-width: 6.5rem; } td.margin svg { width: 96px; }
svg .track { fill: var(--grid); } svg .middle { stroke: var(--soft); } svg .within { fill: var(--ok); } svg .beyond { fill: var(--bad); }
summary { cursor: pointer; font-weight: 600; margin: 1.5rem 0 .25rem; }
ul.notes { color: var(--soft); font-size: .875rem; padding-left: 1.2rem; max-width: 46rem; }
@media (max-width: 36rem) {
  main { padding-top: 1rem; } .card { padding: 1rem; border-radius: 8px; }
  svg text { font-size: 15px; }
}
`);
