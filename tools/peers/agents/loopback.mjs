/** How many bytes a second a plain TCP connection carries on this machine, from one process to another. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const COPIED_BYTES = 268_435_456;
const CHUNK_BYTES = 65_536;
const MS_PER_SECOND = 1_000;
const SOURCE = fileURLToPath(import.meta.url);

/** Best of three: whatever else runs only takes away. */
export async function loopbackBytesPerSecond() {
  const rates = [await copied(), await copied(), await copied()];
  return Math.max(...rates);
}

async function copied() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const child = fork(SOURCE, [String(address.port)]);
  const exited = once(child, 'exit');
  /** @type {[import('node:net').Socket]} */
  const [socket] = /** @type {any} */ (await once(server, 'connection'));
  const startMs = performance.now();
  let seenBytes = 0;
  for await (const chunk of socket) seenBytes += chunk.length;
  const seconds = (performance.now() - startMs) / MS_PER_SECOND;
  server.close();
  await exited;
  return seenBytes / seconds;
}

/** @param {number} port */
async function send(port) {
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let sent = 0; sent < COPIED_BYTES; sent += CHUNK_BYTES) {
    if (!socket.write(chunk)) await once(socket, 'drain');
  }
  socket.end();
}

const [, script, port] = process.argv;
if (script === SOURCE && port !== undefined) await send(Number(port));
