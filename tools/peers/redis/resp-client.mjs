/** The little of Redis's protocol that a harness needs: one command after the other, answers as text. */
import { connect } from 'node:net';

const CRLF = '\r\n';

/** One connection to one server. */
export class RespClient {
  /** @type {import('node:net').Socket} */
  #socket;
  #received = '';
  /** Who waits, the longest waiting first. @type {{ resolve: (text: string) => void, reject: (error: Error) => void }[]} */
  #waiting = [];

  /** @param {number} port on 127.0.0.1 */
  constructor(port) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text) => {
      this.#received += text;
      this.#answer();
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Sends a command without spaces in its words. Rejects with what the server refuses it for. @param {string[]} words @returns {Promise<string>} */
  ask(...words) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${words.join(' ')}${CRLF}`);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #answer() {
    for (let reply = takeReply(this.#received); reply !== undefined; reply = takeReply(this.#received)) {
      this.#received = reply.rest;
      const asker = this.#waiting.shift();
      if (reply.isError) asker?.reject(new Error(reply.text));
      else asker?.resolve(reply.text);
    }
  }

  /** @param {Error} error */
  #fail(error) {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/**
 * The first reply of what has been received, or `undefined` while it is not complete. Of simple, error, number and bulk
 * replies; the commands asked for have no others.
 * @param {string} received
 * @returns {{ text: string, isError: boolean, rest: string } | undefined}
 */
export function takeReply(received) {
  const end = received.indexOf(CRLF);
  if (end < 0) return undefined;
  const head = received.slice(1, end);
  const next = end + CRLF.length;
  if (received[0] !== '$') return { text: head, isError: received[0] === '-', rest: received.slice(next) };
  const length = Math.max(0, Number(head));
  if (head === '-1') return { text: '', isError: false, rest: received.slice(next) };
  if (received.length < next + length + CRLF.length) return undefined;
  return {
    text: received.slice(next, next + length),
    isError: false,
    rest: received.slice(next + length + CRLF.length),
  };
}
