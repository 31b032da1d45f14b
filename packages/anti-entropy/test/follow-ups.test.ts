import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';

/** Ends the only open session, with one record received. */
function endProductively(node: Harness): void {
  const { to, session } = node.probes()[0]!;
  node.hear(
    to,
    { type: 'push', session, records: [{ key: 'x', version: 1 }] },
    { type: 'done', session, messageCount: 1, isComplete: true },
  );
}

describe('follow-ups', () => {
  it('come at once after a session that moved records, with another peer', () => {
    const node = new Harness({ peers: ['b', 'c', 'd'], config: { followUpCountMax: 1 } });
    node.start();
    for (let interval = 0; interval < 50; interval++) {
      node.nowMs += 1_000;
      const [first] = node.ring('interval');
      endProductively(node);
      expect(node.out.timers.at(-1)).toEqual({ timer: { type: 'follow-up', after: first }, delayMs: 0 });
      const followed = node.ring('follow-up');
      expect(followed).toHaveLength(1);
      expect(followed).not.toEqual([first]);
      endProductively(node);
    }
  });

  it('go to the same peer when there is no other', () => {
    const node = new Harness({ peers: ['b'] });
    node.start();
    node.ring('interval');
    endProductively(node);
    expect(node.ring('follow-up')).toEqual(['b']);
  });

  it('do not go to a peer that has left', () => {
    const node = new Harness({ peers: ['b'] });
    node.start();
    node.ring('interval');
    endProductively(node);
    node.peers.delete('b');
    expect(node.ring('follow-up')).toEqual([]);
  });

  it('are at most followUpCountMax per interval', () => {
    for (const followUpCountMax of [0, 1, 3]) {
      const node = new Harness({ config: { followUpCountMax } });
      node.start();
      for (let interval = 0; interval < 3; interval++) {
        node.nowMs += 1_000;
        node.ring('interval');
        endProductively(node);
        for (let nth = 0; nth < followUpCountMax; nth++) {
          node.ring('follow-up');
          endProductively(node);
        }
        expect(node.scheduled).toEqual(['interval']);
      }
    }
  });

  it('do not come after a session that moved nothing', () => {
    const node = new Harness();
    node.start();
    const [peer] = node.ring('interval');
    node.hear(peer!, { type: 'equal', session: node.probes()[0]!.session });
    expect(node.scheduled).toEqual(['interval']);
  });

  it('come after a session that timed out with some of its records', () => {
    const node = new Harness();
    node.start();
    const [peer] = node.ring('interval');
    const { session } = node.probes()[0]!;
    node.hear(peer!, { type: 'push', session, records: [{ key: 'x', version: 1 }] });
    node.nowMs += node.config.sessionTimeoutMs;
    node.ring('interval');
    expect(node.ended()).toEqual([expect.objectContaining({ outcome: 'timeout', receivedCount: 1 })]);
    expect(new Set(node.scheduled)).toEqual(new Set(['follow-up', 'interval']));
  });

  it('do not come before the owner has started the intervals', () => {
    const node = new Harness();
    node.reconcile('b');
    endProductively(node);
    expect(node.scheduled).toEqual([]);
  });
});
