/** Tables, queues and packets keep to their bounds. */
import type { Packet, StackConfig } from '@hearsay/stack';
import { FRAME_BYTES_MAX } from '@hearsay/wire';
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';
import type { TracedSend } from '../trace.ts';

export class Limits implements ClusterChecker {
  readonly name = 'tables, queues and packets keep their bounds';
  checkedCount = 0;
  readonly #config: StackConfig;
  readonly #sealBytes: number;

  /** @param sealBytes what the carrier adds to a packet, above the stack's own limit. */
  constructor(config: StackConfig, sealBytes: number) {
    this.#config = config;
    this.#sealBytes = sealBytes;
  }

  onSend({ from, via, sizeBytes }: TracedSend, _packet: Packet): void {
    const boundBytes = (via === 'packet' ? this.#config.limits.packetBytesMax : FRAME_BYTES_MAX) + this.#sealBytes;
    this.checkedCount += 1;
    must(this, sizeBytes <= boundBytes, () => `${from} sent a ${via} of ${sizeBytes} B, at most ${boundBytes}`);
  }

  onStep({ name, core }: Life): void {
    const { membership, swim, store } = this.#config;
    this.#atMost(name, 'members', core.table.recordCount, membership.memberCountMax + 1);
    this.#atMost(name, 'news', core.detector.newsCount, swim.newsCountMax);
    this.#atMost(name, 'records', core.store.recordCount, store.recordCountMax);
    this.#atMost(name, 'bytes of records', core.store.totalBytes, store.totalBytesMax);
    this.#atMost(name, 'local health', core.detector.localHealth, swim.localHealthMax);
  }

  #atMost(name: string, what: string, count: number, countMax: number): void {
    must(this, count <= countMax, () => `${name} has ${count} ${what}, at most ${countMax}`);
  }
}
