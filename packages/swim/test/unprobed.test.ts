import { expect, it } from 'vitest';
import { claim, Solo } from './solo.ts';

it('probes nobody where another detector judges, and spreads, answers and leaves all the same', () => {
  const solo = new Solo({ config: { probesMembers: false }, peers: ['a', 'b'] });
  solo.run(60_000);
  expect(solo.sent('ping')).toEqual([]);
  expect(solo.told).not.toContain('member-suspected');
  solo.hear('a', { type: 'ping', sequence: 7, target: 'self', path: 'packet' });
  expect(solo.sent('ack')).toHaveLength(1);
  solo.learn('a', claim('self', { address: '10.0.0.5:7946', status: 'suspect', accuser: 'b' }));
  expect(solo.told).toContain('refuted');
  solo.command({ type: 'ping', name: 'b', token: 1 });
  expect(solo.sent('ping')).toHaveLength(1);
  solo.command({ type: 'leave' });
  solo.run(10_000);
  expect(solo.told).toContain('left');
});
