import { expect, it } from 'vitest';
import { Progress } from '../src/progress.ts';
import { CapturedOutput } from './captured-terminal.ts';

it('fills a bar on a terminal, and takes it away at the end', () => {
  const output = new CapturedOutput(true);
  const progress = new Progress(output, 'swim', 4);
  progress.show(2);
  progress.end();
  const [, before, middle, after] = output.text.split('\r');
  expect(before).toBe(`swim           ${'░'.repeat(30)} 0/4`);
  expect(middle).toBe(`swim           ${'█'.repeat(15)}${'░'.repeat(15)} 2/4`);
  expect(after).toBe('\u001b[2K');
});

it('writes nothing into a file or a pipe', () => {
  const output = new CapturedOutput(false);
  const progress = new Progress(output, 'swim', 4);
  progress.show(4);
  progress.end();
  expect(output.text).toBe('');
});
