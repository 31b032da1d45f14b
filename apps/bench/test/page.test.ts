import { describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { page } from '../src/report/page.ts';
import { tagsOf, textsOf } from './markup-tree.ts';
import { sampleResult } from './sample-result.ts';

const failing = check('too slow', 1, 2, { kind: 'at-most' });

describe('the page', () => {
  it('is well formed, and asks nobody for anything', () => {
    const text = page([sampleResult(), sampleResult({ suite: 'other' })]);
    const tags = tagsOf(text);
    expect(tags.filter(({ name }) => name === 'section')).toHaveLength(2);
    expect(tags.filter(({ name }) => ['script', 'img', 'iframe', 'object', 'base'].includes(name))).toEqual([]);
    const addresses = tags.flatMap(({ attributes }) => [attributes.href, attributes.src]).filter(Boolean);
    expect(addresses).toEqual(['data:,', '#sample', '#other']);
    expect(text).not.toMatch(/https?:|@import|url\(/);
  });

  it('says what was run, where and when', () => {
    const texts = textsOf(page([sampleResult()]));
    const facts = ['1.2.3', '7', 'quick', '2 × Processor, 3.9 GiB', 'Node v20.19.0 on linux 6.1', '2025-05-05'];
    expect(texts).toEqual(expect.arrayContaining([...facts, 'What it shows.', 'Read with care.']));
  });

  it('tells all seeds and machines of a folder that was filled on several occasions', () => {
    const texts = textsOf(page([sampleResult(), sampleResult({ suite: 'other', seed: 9, isQuick: false })]));
    expect(texts).toEqual(expect.arrayContaining(['7 · 9', 'quick · full']));
  });

  it('shows that all checks passed, with their list folded away', () => {
    const text = page([sampleResult()]);
    expect(textsOf(text)).toContain('all 3 checks pass');
    expect(textsOf(text)).not.toContain('Failed checks');
    expect(text).toContain('<details>');
    expect(text).not.toMatch(/class="(badge )?bad"/);
  });

  it('puts checks that failed in front, and unfolds their suite', () => {
    const bad = sampleResult({ suite: 'bad', checks: [failing, ...sampleResult().checks] });
    const text = page([sampleResult(), bad]);
    const texts = textsOf(text);
    expect(texts).toContain('1 of 7 checks fail');
    expect(texts.indexOf('too slow')).toBeGreaterThan(texts.indexOf('Failed checks'));
    expect(texts.indexOf('too slow')).toBeLessThan(texts.indexOf('Suites'));
    expect(text.match(/<details( open)?>/g)).toEqual(['<details>', '<details open>']);
  });

  it('marks where in its tolerance each value lies', () => {
    const checks = [
      check('low', 4, 3.5, { kind: 'absolute', amount: 0.5 }),
      check('middle', 4, 4, { kind: 'relative', amount: 0.1 }),
      check('half', 80, 40, { kind: 'at-most' }),
      check('twice', 2, 4, { kind: 'at-least' }),
      check('far', 1, 100, { kind: 'at-most' }),
      check('exact', 1, 1, { kind: 'absolute', amount: 0 }),
      check('nothing', 1, Number.NaN, { kind: 'at-most' }),
    ];
    const circles = tagsOf(page([sampleResult({ checks, plots: [] })])).filter(({ name }) => name === 'circle');
    // The failed check is shown once more, in front.
    expect(circles.map(({ attributes }) => [attributes.class, attributes.cx])).toEqual([
      ['beyond', '94'],
      ['within', '8'],
      ['within', '48'],
      ['within', '48'],
      ['within', '48'],
      ['beyond', '94'],
    ]);
  });

  it('puts numbers to the right', () => {
    const cells = tagsOf(page([sampleResult({ checks: [], plots: [] })])).filter(({ name }) => name === 'td');
    const row = cells.slice(-5).map(({ attributes }) => attributes.class);
    expect(row).toEqual(['text', 'number', 'number', 'number', 'number']);
  });

  it('escapes what comes from a file', () => {
    const hostile = '"><script>alert(1)</script>';
    const result = sampleResult({
      suite: hostile,
      title: hostile,
      about: hostile,
      version: hostile,
      notes: [hostile],
      rows: [{ [hostile]: hostile }],
      checks: [check(hostile, 1, 1, { kind: 'at-most' })],
      environment: { ...sampleResult().environment, cpu: hostile, platform: hostile, node: hostile },
    });
    expect(tagsOf(page([result])).filter(({ name }) => name === 'script')).toEqual([]);
  });
});
