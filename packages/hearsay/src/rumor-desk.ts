/** Takes rumors from the application: gives each its id and hands it to the stack. */
import { ConfigError, utf8Bytes } from '@hearsay/core';
import { isPriority, PRIORITIES, type Priority } from '@hearsay/damping';
import { formatRumorId, type Rumor, validateRumor } from '@hearsay/rumor';
import type { Engine } from './engine.ts';
import type { NodeRumors } from './node.ts';

/** Allots sequence numbers within this life of the node. */
export class RumorDesk implements NodeRumors {
  readonly #engine: Engine;
  #sequence = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  publish(
    topic: string,
    payload: Uint8Array | string,
    { priority = 'normal' }: { priority?: Priority | undefined } = {},
  ): { readonly id: string } {
    if (!isPriority(priority)) throw new ConfigError('publish', [`priority: use one of ${PRIORITIES.join(', ')}`]);
    const { name, generation } = this.#engine.stack.self;
    const rumor: Rumor = {
      id: { origin: name, generation, sequence: this.#sequence + 1 },
      topic,
      payload: typeof payload === 'string' ? utf8Bytes(payload) : payload.slice(),
      priority,
    };
    validateRumor(rumor, this.#engine.config.rumor);
    this.#sequence += 1;
    this.#engine.command({ type: 'publish', rumor });
    return { id: formatRumorId(rumor.id) };
  }
}
