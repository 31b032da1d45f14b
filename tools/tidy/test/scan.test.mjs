import { describe, expect, it } from 'vitest';
import { functionsOf } from '../src/functions.mjs';
import { scan } from '../src/scan.mjs';

const texts = (source) => scan(source).tokens.map((token) => token.text);
const kinds = (source) => scan(source).tokens.map((token) => token.kind);

describe('the scanner', () => {
  it('keeps every position', () => {
    const source = 'const a = `x${ b + "}" }y`; // c\n/* d */ e(/[/]"/g, 1_000);\n';
    const { tokens, comments } = scan(source);
    for (const { text, start, end } of [...tokens, ...comments]) expect(source.slice(start, end)).toBe(text);
  });

  it('keeps comments apart from code', () => {
    const { tokens, comments } = scan('#!/usr/bin/env node\na // b "\n/* c\n `d */ e');
    expect(tokens.map((token) => token.text)).toEqual(['a', 'e']);
    expect(comments.map((comment) => comment.text)).toEqual(['#!/usr/bin/env node', '// b "', '/* c\n `d */']);
  });

  it.each([
    ['strings', `'Date\\'()' "Date // \\""`],
    ['templates', '`Date ${"`Date`"} \\${Date()} // /* Date`'],
    ['nested templates', '`a ${ [`Date ${"{"} Date`] } Date`'],
    ['regular expressions', '[/Date/, /[/`]Date/g, /\\/Date"/u]'],
    ['comments', '/* Date() */ // Date()'],
  ])('finds no code in %s', (_, source) => {
    expect(scan(source).tokens.filter((token) => token.kind === 'name')).toEqual([]);
  });

  it('finds the code between the parts of a template', () => {
    expect(texts('`a${ Date.now() }b${ {c: `d`} }e`')).toEqual([
      '`a${',
      'Date',
      '.',
      'now',
      '(',
      ')',
      '}b${',
      '{',
      'c',
      ':',
      '`d`',
      '}',
      '}e`',
    ]);
  });

  it.each([
    ['a / b / c', ['name', 'punctuator', 'name', 'punctuator', 'name']],
    ['(a) / b / c', ['punctuator', 'name', 'punctuator', 'punctuator', 'name', 'punctuator', 'name']],
    ['a[0] / b', ['name', 'punctuator', 'number', 'punctuator', 'punctuator', 'name']],
    ['i++ / b', ['name', 'punctuator', 'punctuator', 'name']],
    ['return /b/', ['name', 'regex']],
    ['if (a) /b/', ['name', 'punctuator', 'name', 'punctuator', 'regex']],
    ['x.return / b / c', ['name', 'punctuator', 'name', 'punctuator', 'name', 'punctuator', 'name']],
    ['`a` / b / c', ['template', 'punctuator', 'name', 'punctuator', 'name']],
  ])('tells a quotient from a regular expression: %s', (source, expected) => {
    expect(kinds(source)).toEqual(expected);
  });

  it.each(['1', '1_000', '0x1F', '1e-3', '.5', '10n', '0b11'])('reads the number %s', (source) => {
    expect(scan(`a = ${source};`).tokens.map(({ kind, text }) => [kind, text])).toContainEqual(['number', source]);
  });

  it('tells an assertion from an inequality', () => {
    expect(texts('a! !== b != !c')).toEqual(['a', '!', '!==', 'b', '!=', '!', 'c']);
  });

  it('closes two type arguments with two tokens', () => {
    expect(texts('Map<string, Set<string>>')).toEqual(['Map', '<', 'string', ',', 'Set', '<', 'string', '>', '>']);
  });

  it('ends on text that is not code', () => {
    expect(scan("don't `stop").tokens.length).toBeGreaterThan(0);
    expect(scan('/* open').comments).toHaveLength(1);
  });
});

describe('the function finder', () => {
  const spans = (source) =>
    functionsOf(scan(source).tokens).map(({ name, start, end }) => [name, source.slice(start, end)]);

  it.each([
    ['function f(a: { b: number }) { x }', [['f', 'f(a: { b: number }) { x }']]],
    ['class C { m(): { a: number } | undefined { x } }', [['m', 'm(): { a: number } | undefined { x }']]],
    ['class C { constructor() { x } }', [['constructor', 'constructor() { x }']]],
    ['class C { m(v: V): v is W { x } }', [['m', 'm(v: V): v is W { x }']]],
    ['const f = (a) => { x };', [['=>', '=> { x }']]],
    ['list.map((a) => { x })', [['list(… =>', '=> { x }']]],
  ])('finds %s', (source, expected) => expect(spans(source)).toEqual(expected));

  it.each([
    'if (a) { x }',
    'for (const a of b) { x }',
    'switch (a) { case f(1): { x } }',
    'interface I { m(): { a: number }; n(): void }',
    'const f = (a) => a;',
    'const a = f(b) ? g(c) : { d };',
    "describe('a', () => { x })",
    "describe.each([1])('a', (b) => { x })",
  ])('finds none in %s', (source) => expect(spans(source)).toEqual([]));
});
