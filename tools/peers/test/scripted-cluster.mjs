/** A cluster without nodes: each test says what its members notice. */
import { Rng } from '@hearsay/core';
import { parseOptions } from '../hearsay/options.mjs';
import { Views } from '../hearsay/views.mjs';

const nothing = () => {};

export class ScriptedCluster {
  rng = new Rng(1);
  /** What `lose` was called with. */
  losses = [];
  #sentCount = 0;

  constructor(nodeCount, { onJoin = nothing, onPublish = nothing, onStop = nothing, onLose = nothing } = {}) {
    const { options } = parseOptions(['-n', `${nodeCount}`, '--messages', '3', '--window', '0.05', '--kills', '1']);
    this.options = { ...options, timing: { probeMs: 2, gossipMs: 1 } };
    this.views = new Views(nodeCount);
    this.script = { onJoin, onPublish, onStop, onLose };
  }

  join() {
    this.script.onJoin();
  }

  publish(origin, payload) {
    this.script.onPublish(origin, payload);
  }

  stop(indexes) {
    for (const index of indexes) this.views.stop(index);
    this.script.onStop(indexes);
  }

  lose(lossPerMille) {
    this.losses.push(lossPerMille);
    this.script.onLose();
  }

  /** Each reading finds one packet more for each node. */
  metrics() {
    this.#sentCount += this.options.nodeCount;
    return [
      { name: 'hearsay_sent_total', value: this.#sentCount, labels: { via: 'packet' } },
      { name: 'hearsay_sent_total', value: 1_000, labels: { via: 'stream' } },
      { name: 'hearsay_received_total', value: 1_000 * this.#sentCount, labels: { via: 'packet' } },
    ];
  }

  /** Everybody learns of everybody. */
  introduceAll() {
    const { running } = this.views;
    for (const viewer of running) for (const subject of running) this.views.record('joined', viewer, subject);
  }
}
