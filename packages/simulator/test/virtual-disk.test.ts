import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { type DiskFate, VirtualDisk } from '../src/index.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (disk: VirtualDisk, file: string): string | undefined => {
  const content = disk.read(file);
  return content && String.fromCharCode(...content);
};

/** A disk with a backup of `one`, a synced `two`, and a `three` that is written and not synced. */
function usedDisk(): VirtualDisk {
  const disk = new VirtualDisk();
  disk.write('log', bytes('one'));
  disk.sync();
  disk.takeImage();
  disk.write('log', bytes('two'));
  disk.sync();
  disk.append('log', bytes('+three'));
  return disk;
}

describe('what a crash leaves', () => {
  it.each<[DiskFate, string | undefined]>([
    ['kept', 'two+three'],
    ['synced', 'two'],
    ['wiped', undefined],
    ['restored', 'one'],
  ])('%s: %s', (fate, content) => {
    const disk = usedDisk();
    disk.crash(fate, new Rng(1));
    expect(textOf(disk, 'log')).toBe(content);
    expect([...disk.files()]).toEqual(content === undefined ? [] : ['log']);
  });

  it('torn: a part of the last write, of any length but the whole', () => {
    const rng = new Rng(1);
    const left = new Set<string | undefined>();
    for (let round = 0; round < 200; round++) {
      const disk = usedDisk();
      disk.crash('torn', rng);
      left.add(textOf(disk, 'log'));
    }
    expect([...left].toSorted((a = '', b = '') => a.length - b.length)).toEqual(
      Array.from('two+three', (_, length) => 'two+three'.slice(0, length)),
    );
  });

  it('and then it is synced: a second crash takes nothing more', () => {
    const disk = usedDisk();
    disk.crash('kept', new Rng(1));
    disk.crash('torn', new Rng(1));
    expect(textOf(disk, 'log')).toBe('two+three');
  });
});

describe('files', () => {
  it('are copies of what was written', () => {
    const disk = new VirtualDisk();
    const content = bytes('a');
    disk.write('x', content);
    content[0] = 0;
    expect(textOf(disk, 'x')).toBe('a');
  });

  it('come back when their removal was not synced', () => {
    const disk = usedDisk();
    disk.remove('log');
    expect(disk.read('log')).toBeUndefined();
    disk.crash('synced', new Rng(1));
    expect(textOf(disk, 'log')).toBe('two');
  });
});
