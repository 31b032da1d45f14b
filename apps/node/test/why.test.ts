import { describe, expect, it } from 'vitest';
import type { MemberView } from '../src/client/shapes.ts';
import { whyLines } from '../src/format/why.ts';

const NOW = Date.parse('2026-01-01T00:01:00.000Z');
const MEMBER: MemberView = {
  name: 'n2',
  address: '10.0.0.2:7946',
  status: 'alive',
  generation: 5,
  incarnation: 1,
  zone: '',
  tags: {},
  rttMs: null,
  since: '2026-01-01T00:00:30.000Z',
  isDamped: false,
  isSelf: false,
};
const EVIDENCE = {
  accusations: [
    {
      accuser: 'n1',
      at: '2026-01-01T00:00:20.000Z',
      tried: { helpers: 3, nacks: 2, stream: 'failed', localHealth: 0 },
    },
    {
      accuser: 'n3',
      at: '2026-01-01T00:00:21.000Z',
      tried: { helpers: 0, nacks: 0, stream: 'not-tried', localHealth: 2 },
    },
    { accuser: 'n4', at: '2026-01-01T00:00:22.000Z' },
  ],
  since: '2026-01-01T00:00:20.000Z',
  timeoutMs: 8_000,
  localHealth: 1,
};

describe('why a member is what it is', () => {
  it('names every accuser, what each had tried, and what this node thought of itself', () => {
    expect(whyLines({ ...MEMBER, status: 'dead', accuser: 'n1', evidence: EVIDENCE }, NOW)).toEqual([
      'n2 at 10.0.0.2:7946 is dead, for 30.00 s (generation 5, incarnation 1).',
      'n1 accused it 40.00 s ago: its ping was not answered; of 3 asked to help, 2 could not reach it either and 1 was silent; ' +
        'a ping by stream was not answered either; its own local health was 0 (well).',
      'n3 confirmed it 39.00 s ago: its ping was not answered; it had nobody to ask for help; it tried no stream; ' +
        'its own local health was 2 (0 is well).',
      'n4 confirmed it 38.00 s ago: it did not say what it had tried.',
      'With 3 accusations it has 8.00 s to refute, by the count of this node, ' +
        'whose own local health was 1 (0 is well) when it heard of it.',
    ]);
  });

  it.each([
    [{}, 'Nothing is held against it.'],
    [{ status: 'left' as const }, 'It left by itself.'],
    [{ status: 'left' as const, accuser: 'n1' }, 'n1 declared it left.'],
  ])('%j: %s', (changes, line) => expect(whyLines({ ...MEMBER, ...changes }, NOW)[1]).toBe(line));

  it('says what was measured, where the rule is to listen', () => {
    const { since, timeoutMs, localHealth } = EVIDENCE;
    const accusations = EVIDENCE.accusations.slice(0, 1).map(({ accuser, at }) => ({ accuser, at }));
    const held = { accusations, since, timeoutMs, localHealth };
    const phi = { rule: 'phi', silentMs: 9_000, phi: 8.04, meanMs: 480 };
    expect(whyLines({ ...MEMBER, status: 'dead', evidence: { ...held, finding: phi } }, NOW).slice(1)).toEqual([
      'It had been silent for 9.00 s when it was judged; 8.00 s are allowed.',
      'Phi was 8.0 after heartbeats 480 ms apart in the mean.',
      'Judged 40.00 s ago by: n1 40.00 s ago.',
    ]);
    const quorum = { rule: 'quorum', silentMs: 9_000, reporterCount: 3, neededCount: 3 };
    expect(whyLines({ ...MEMBER, evidence: { ...held, finding: quorum } }, NOW)[2]).toBe(
      '3 of the 3 voters that it takes say so.',
    );
    const timeout = { rule: 'timeout', silentMs: 9_000 };
    expect(whyLines({ ...MEMBER, evidence: { ...held, finding: timeout } }, NOW)[2]).toBe('The rule is timeout.');
  });

  it('tells that a member is damped', () => {
    expect(whyLines({ ...MEMBER, isDamped: true }, NOW).at(-1)).toMatch(/comes and goes so often/);
  });

  it('lets no text of a peer steer the terminal', () => {
    expect(whyLines({ ...MEMBER, address: 'x\u001b[2J:1' }, NOW)[0]).not.toContain('\u001b');
  });
});
