import { readFileSync } from 'node:fs';
import { type Preset, stackConfig } from '@hearsay/stack';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../src/index.ts';

/** Cells of every table row of the README, without the marks of code. */
const rows = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

/** The compiler asks for every type. */
const EVENT_TYPES: Readonly<Record<NodeEvent['type'], true>> = {
  'member-joined': true,
  'member-updated': true,
  'member-suspected': true,
  'member-recovered': true,
  'member-failed': true,
  'member-left': true,
  'suspicion-confirmed': true,
  refuted: true,
  'one-way-udp': true,
  'profile-differs': true,
  paused: true,
  'member-damped': true,
  'member-reused': true,
  'join-refused': true,
  'name-conflict': true,
  joined: true,
  'join-retried': true,
  left: true,
  rumor: true,
  'store-changed': true,
  'state-changed': true,
  'ring-changed': true,
  refused: true,
  'transport-error': true,
  'disk-error': true,
  overflow: true,
};

function valueAt(config: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], config);
}

/** `100 000`, `256 KiB`, `1 MiB`. */
function amount(cell: string): number {
  const [, digits = '', unit = ''] = /^([\d ]+?)(?: (KiB|MiB))?$/.exec(cell) ?? [];
  return Number(digits.replaceAll(' ', '')) * (unit === 'MiB' ? 2 ** 20 : unit === 'KiB' ? 2 ** 10 : 1);
}

describe('the README', () => {
  it('has the values of the presets', () => {
    const presets: readonly Preset[] = ['local', 'lan', 'wan'];
    const found = rows.filter(([, option = '']) => /^(swim|rumor)\.\w+$/.test(option));
    expect(found.length).toBeGreaterThan(3);
    for (const [, option = '', , ...values] of found) {
      const expected = presets.map((preset) => valueAt(stackConfig({ preset }), option));
      expect([option, ...values.slice(0, 3).map(Number)]).toEqual([option, ...expected]);
    }
  });

  it('has the limits', () => {
    const found = rows.filter(([, , , , setBy = '']) => /^\w+\.\w+Max$/.test(setBy));
    expect(found.length).toBeGreaterThan(5);
    for (const [, , , value = '', setBy = ''] of found) {
      expect([setBy, amount(value)]).toEqual([setBy, valueAt(stackConfig(), setBy)]);
    }
  });

  it('tells of every type of event', () => {
    const first = new Set(rows.map(([, cell]) => cell));
    expect(Object.keys(EVENT_TYPES).filter((type) => !first.has(type))).toEqual([]);
  });
});
