import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/sim.js', import.meta.url));

/** Runs the built command. */
function sim(...args: readonly string[]): { readonly lines: readonly string[]; readonly exitCode: number | null } {
  const { stdout, status } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });
  return { lines: stdout.trimEnd().split('\n'), exitCode: status };
}

describe('pnpm sim', () => {
  it('runs a seed, writes its trace and exits 0', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hearsay-sim-'));
    const file = join(directory, 'trace.txt');
    const { lines, exitCode } = sim('--', '--seed', '1', '--nodes', '16', '--trace', file);
    const trace = readFileSync(file, 'utf8').split('\n');
    rmSync(directory, { recursive: true });
    expect(exitCode).toBe(0);
    expect(lines[0]).toBe('seed 1 · first-cluster · 16 nodes · 20 ‰ loss');
    expect(trace[0]).toBe('0.000 10.0.0.0:7946 fault start');
    expect(trace.at(-1)).toBe('');
    expect(lines.at(-1)).toBe(`  ${trace.length - 1} lines written to ${file}`);
  });

  it('exits 1 when the trace cannot be written, and says last how to replay', () => {
    const { lines, exitCode } = sim('--seed', '1', '--nodes', '16', '--trace', '/no/such/folder/trace.txt');
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toBe(
      'replay: pnpm sim --seed 1 --nodes 16 --loss 20 --scenario first-cluster --trace trace.txt',
    );
  });

  it('exits 2 on bad usage', () => {
    const { lines, exitCode } = sim('--nodes', '64');
    expect(exitCode).toBe(2);
    expect(lines[0]).toBe('--seed: give a whole number of 0 to 4294967295');
  });
});
