import { describe, expect, it } from 'vitest';
import type { MemberView, StatusView } from '../src/client/shapes.ts';
import { LiveArea, type LiveRow, liveLines } from '../src/demo/live-table.ts';
import { formatDuration } from '../src/format/duration.ts';
import { printable } from '../src/format/printable.ts';
import { tableLines } from '../src/format/table.ts';
import { entryLines, eventLine, memberLines, statusLines } from '../src/format/views.ts';
import { CapturedOutput } from './captured-terminal.ts';

const NOW = Date.parse('2026-01-01T00:01:05.000Z');

function member(name: string, changes: Partial<MemberView> = {}): MemberView {
  return {
    name,
    address: '127.0.0.1:7946',
    status: 'alive',
    generation: 5,
    incarnation: 0,
    zone: '',
    tags: {},
    rttMs: null,
    since: '2026-01-01T00:00:00.000Z',
    isDamped: false,
    isSelf: false,
    ...changes,
  };
}

const STATUS: StatusView = {
  name: 'a',
  status: 'alive',
  address: '127.0.0.1:7946',
  generation: 5,
  incarnation: 1,
  cluster: '',
  members: { alive: 2, suspect: 0, dead: 1, left: 0 },
  health: { eventLoopLagMs: 0.25, localHealth: 0 },
  digests: { rumors: 'cc', members: 'aaaaaaaaaaaa', store: 'bbbbbbbbbbbb' },
  version: '1.2.3',
};

describe('durations', () => {
  it.each([
    [-5, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [2_314, '2.31 s'],
    [59_994, '59.99 s'],
    [60_000, '1 min 0 s'],
    [250_000, '4 min 10 s'],
    [3_720_000, '1 h 2 min'],
    [90_000_000, '1 d 1 h'],
  ])('%f ms is %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));
});

describe('text from peers', () => {
  it('cannot steer the terminal', () => {
    expect(printable('a\u001b[2Jb\r\nc\u009b\u202e')).toBe('a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{9b}\\u{202e}');
    expect(printable('grüße ключ 鍵')).toBe('grüße ключ 鍵');
    expect(eventLine({ id: '1', type: 'rumor', data: '"\u001b"' }, NOW)).toBe(
      '2026-01-01T00:01:05.000Z  rumor  "\\u{1b}"',
    );
  });
});

describe('tables', () => {
  it('aligns columns and ends lines without spaces', () => {
    expect(
      tableLines([
        ['A', 'BB'],
        ['long', 'x'],
        ['', ''],
      ]),
    ).toEqual(['A     BB', 'long  x', '']);
    expect(tableLines([])).toEqual([]);
  });

  it('lists members by name, with accuser, age, round trip and tags', () => {
    const lines = memberLines(
      [
        member('b', { status: 'suspect', accuser: 'c' }),
        member('a', { isSelf: true, rttMs: 1.25, tags: { zone: 'x', role: 'db' } }),
      ],
      NOW,
    );
    expect(lines).toEqual([
      'NAME  ADDRESS         STATUS          FOR        RTT     GENERATION  INCARNATION  TAGS',
      'a *   127.0.0.1:7946  alive           1 min 5 s  1.3 ms  5           0            zone=x role=db',
      'b     127.0.0.1:7946  suspect (by c)  1 min 5 s  -       5           0',
    ]);
  });

  it('describes the agent and the keys', () => {
    expect(statusLines(STATUS)).toContain('members         2 alive, 0 suspect, 1 dead, 0 left');
    expect(statusLines(STATUS)).toContain('cluster         (no label)');
    expect(entryLines([{ key: 'k', version: '1.0.a', origin: 'a', sizeBytes: 3 }])).toEqual([
      'KEY  SIZE  VERSION  ORIGIN',
      'k    3 B   1.0.a    a',
    ]);
  });
});

describe('the live table', () => {
  const row: LiveRow = { name: 'node-1', pid: 42, gossip: 'g', url: 'u', status: STATUS };

  it('shows what each agent sees, or that it does not answer', () => {
    expect(liveLines([row, { ...row, name: 'node-2', status: undefined }])).toEqual([
      'AGENT   PID  GOSSIP  HTTP  ALIVE            SUSPECT  DEAD  LEFT  MEMBERS   STORE',
      'node-1  42   g       u     2                0        1     0     aaaaaaaa  bbbbbbbb',
      'node-2  42   g       u     does not answer',
    ]);
  });

  it('draws over itself on a terminal, cut to its width', () => {
    const output = new CapturedOutput({ isTTY: true, columns: 4 });
    const area = new LiveArea(output);
    area.draw(['abcdef', 'b']);
    area.draw(['abcdef', 'b']);
    area.draw(['c']);
    expect(output.text).toBe('\u001b[Jabcd\nb\n\u001b[2A\u001b[Jc\n');
  });

  it('prints changes only, elsewhere', () => {
    const output = new CapturedOutput();
    const area = new LiveArea(output);
    area.draw(['a']);
    area.draw(['a']);
    area.draw(['b']);
    expect(output.text).toBe('a\n\nb\n\n');
  });
});
