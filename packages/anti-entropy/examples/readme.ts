import assert from 'node:assert/strict';
import {
  AntiEntropyCore,
  type AntiEntropyEvent,
  type AntiEntropyMessage,
  type AntiEntropyTimer,
  antiEntropyConfig,
} from '@hearsay/anti-entropy';
import { RecordingOutbox, type Replica, type ReplicaObserver, Rng, utf8Bytes } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';

// What is replicated: high scores. Of two for one player the higher stays, so every merge is a join.
type Score = { readonly player: string; readonly points: number };
class Scores implements Replica<Score> {
  readonly #scores = new Map<string, Score>();
  #tell: ReplicaObserver<Score> = () => {};
  get recordCount(): number {
    return this.#scores.size;
  }
  keys = () => this.#scores.keys();
  get = (player: string) => this.#scores.get(player);
  keyOf = (score: Score) => score.player;
  canonicalBytes = ({ player, points }: Score) => utf8Bytes(`${player} ${points}`);
  observe(observer: ReplicaObserver<Score>): void {
    this.#tell = observer;
  }
  merge(score: Score): void {
    if (score.points <= (this.get(score.player)?.points ?? 0)) return;
    this.#scores.set(score.player, score);
    this.#tell(score.player, score);
  }
}

const nodes = ['a', 'b'].map((self) => {
  const replica = new Scores();
  const peers = new PeerSet();
  peers.add(self === 'a' ? 'b' : 'a');
  const sizeOf = ({ player }: Score): number => player.length + 10;
  const hashKey = utf8Bytes('one per cluster');
  const config = antiEntropyConfig();
  const core = new AntiEntropyCore({ config, peers, rng: new Rng(1).fork(self), replica, sizeOf, hashKey });
  const out = new RecordingOutbox<AntiEntropyMessage<Score>, AntiEntropyTimer, AntiEntropyEvent<Score>>();
  return { self, replica, core, out };
});
const [a, b] = nodes;
assert(a && b);

// Both hold the same thousand scores, and each has heard of one that the other has not.
for (const { replica } of nodes) {
  for (let nth = 1; nth <= 1_000; nth++) replica.merge({ player: `p${nth}`, points: nth });
}
a.replica.merge({ player: 'ada', points: 7 });
b.replica.merge({ player: 'p500', points: 900 });
assert.notEqual(a.core.rootDigest(), b.core.rootDigest());

// A starts a session. Here the network is a loop, and the owner of each replica merges what arrives after each step.
a.core.step({ kind: 'command', command: { type: 'reconcile', peer: 'b' } }, 0, a.out);
while (nodes.some(({ out }) => out.sends.length > 0)) {
  for (const sender of nodes) {
    for (const { to, message } of sender.out.sends.splice(0)) {
      const receiver = to === 'a' ? a : b;
      receiver.core.step({ kind: 'message', from: sender.self, message }, 0, receiver.out);
      for (const event of receiver.out.events) {
        if (event.type === 'records-received') for (const score of event.records) receiver.replica.merge(score);
      }
    }
  }
}

assert.equal(a.core.rootDigest(), b.core.rootDigest());
assert.equal(b.replica.get('ada')?.points, 7);
assert.equal(a.replica.get('p500')?.points, 900);
const ended = a.out.events.find((event) => event.type === 'session-ended');
assert.deepEqual({ outcome: ended?.outcome, isComplete: ended?.isComplete }, { outcome: 'done', isComplete: true });
