import { describe, expect, it } from 'vitest';
import { html, Markup } from '../src/report/markup.ts';

describe('html', () => {
  it('escapes text, in elements and in attributes', () => {
    const hostile = `<script>"&'</script>`;
    const escaped = '&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;';
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('keeps markup, alone and in lists, and does not escape twice', () => {
    const item = html`<li>${'a & b'}</li>`;
    expect(html`<ul>${[item, item]}</ul>${item}`.text).toBe(
      '<ul><li>a &amp; b</li><li>a &amp; b</li></ul><li>a &amp; b</li>',
    );
    expect(html`${new Markup('<b>')}`.text).toBe('<b>');
  });

  it('writes numbers, also zero', () => {
    expect(html`<i x="${0}">${1.5}</i>`.text).toBe('<i x="0">1.5</i>');
  });
});
