/** The disks of one node of the scenario: what its store has written, and an image taken now and then. */
import { MemoryEngine, type StoreEngine } from '@hearsay/store';
import type { WriteLedger } from './write-ledger.ts';

const NOTES = ['floor', 'knowledge', 'stamp-ceiling', 'members'];

/** Its engine outlives the lives of the node. */
export class Machine {
  readonly name: string;
  readonly #ledger: WriteLedger;
  #engine = new MemoryEngine();
  #image = new MemoryEngine();
  #imageVersions: ReadonlySet<string> = new Set();

  constructor(name: string, ledger: WriteLedger) {
    this.name = name;
    this.#ledger = ledger;
  }

  get engine(): StoreEngine {
    return this.#engine;
  }

  takeImage(): void {
    this.#image = copyOf(this.#engine);
    this.#imageVersions = this.#ledger.image(this.name);
  }

  /** As of the last image; empty when there is none. */
  restoreImage(): void {
    this.#engine = copyOf(this.#image);
    this.#ledger.restored(this.name, this.#imageVersions);
  }

  wipe(): void {
    this.#engine = new MemoryEngine();
    this.#ledger.restored(this.name, new Set());
  }
}

/** Records and notes as they are at one moment: an atomic snapshot. */
function copyOf(engine: MemoryEngine): MemoryEngine {
  const copy = new MemoryEngine();
  for (const key of engine.keys()) {
    const record = engine.get(key);
    if (record !== undefined) copy.put(record);
  }
  for (const name of NOTES) {
    const note = engine.note(name);
    if (note !== undefined) copy.setNote(name, note);
  }
  return copy;
}
