/** Which packets ask whether we are there. Whoever sends one holds us for a member. */
import type { Packet, StackMessage } from './messages.ts';

/** The detector that asks. */
export type ProbeProtocol = Extract<StackMessage['protocol'], 'swim' | 'heartbeat' | 'quorum'>;

/** The detector of a packet's probe, or `undefined` when it holds none. */
export function probeProtocolOf({ messages }: Packet): ProbeProtocol | undefined {
  for (const { protocol, message } of messages) {
    if ((protocol === 'swim' || protocol === 'quorum') && message.type === 'ping') return protocol;
    if (protocol === 'heartbeat' && message.type === 'syn') return protocol;
  }
  return undefined;
}
