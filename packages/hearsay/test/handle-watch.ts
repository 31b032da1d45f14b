/** Which sockets, and which timers that our own code made, are still open. */
import { createHook } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const SOCKET = /^(?:UDPWRAP|TCPSERVERWRAP|TCPWRAP)$/;
/** The test runner has timers too; ours are made below these folders. */
const OURS = /packages\/(?:runtime|hearsay)\/src\//;
/** `AbortSignal.timeout` cannot be cancelled, and keeps no process alive. */
const ABORT_SIGNAL = /abort_controller/;

/** Watches from its creation to the end of the test. */
export class HandleWatch {
  readonly #open = new Map<number, string>();

  constructor() {
    const hook = createHook({
      init: (id, type) => {
        if (SOCKET.test(type) || (type === 'Timeout' && isOwnTimer())) this.#open.set(id, type);
      },
      destroy: (id) => void this.#open.delete(id),
    }).enable();
    onTestFinished(() => void hook.disable());
  }

  /** Types of what is open. Node tells of what was closed a turn later. */
  async open(): Promise<string[]> {
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    return [...this.#open.values()];
  }
}

function isOwnTimer(): boolean {
  const { stack = '' } = new Error('who makes this timer?');
  return OURS.test(stack) && !ABORT_SIGNAL.test(stack);
}
