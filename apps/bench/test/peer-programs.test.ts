import { describe, expect, it } from 'vitest';
import { obstacle, outputOf, type Program } from '../src/suites/peer-programs.ts';

const LIMIT_MS = 20_000;

function script(text: string): Program {
  return { file: process.execPath, args: ['-e', text] };
}

describe('outputOf', () => {
  it('gives what was written to stdout', () => {
    expect(outputOf(script('console.log(1); console.error(2)'), LIMIT_MS)).toBe('1\n');
  });

  it('says what a program that fails wrote to stderr', () => {
    const failing = script('console.log("out"); console.error("first\\nno port is free"); process.exitCode = 3');
    expect(() => outputOf(failing, LIMIT_MS)).toThrow(/ended with code 3\nfirst\nno port is free$/);
  });

  it('keeps the end of a long complaint', () => {
    const long = script('for (let i = 0; i < 1000; i++) console.error("line " + i); process.exitCode = 1');
    expect(() => outputOf(long, LIMIT_MS)).toThrow(/code 1\nline 970\n[\s\S]*line 999$/);
  });

  it('says which signal ended it, also after the limit', () => {
    expect(() =>
      outputOf(script('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1e6)'), LIMIT_MS),
    ).toThrow(/SIGTERM/);
    expect(() => outputOf(script('setInterval(() => {}, 1e6)'), 1)).toThrow(/ETIMEDOUT/);
  });

  it('says that there is no such program', () => {
    expect(() => outputOf({ file: 'no-such-program', args: [] }, LIMIT_MS)).toThrow(/no-such-program.*ENOENT/);
  });
});

describe('obstacle', () => {
  it('is a machine without Go', ({ onTestFinished }) => {
    const { PATH } = process.env;
    onTestFinished(() => {
      process.env.PATH = PATH;
    });
    process.env.PATH = '';
    expect(obstacle()).toBe('go is not on the PATH');
  });
});
