/** Follows an agent's events across lost connections, without missing any that the agent still has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '../failure.ts';
import { type AgentClient, RefusedError } from './agent-client.ts';
import type { EventConnection } from './event-connection.ts';
import type { ServerEvent } from './sse-parser.ts';

export interface FollowOptions {
  readonly types: readonly string[];
  readonly topic: string | undefined;
  readonly signal: AbortSignal;
  /** Between two attempts. Unit: ms. Default 1000. */
  readonly retryMs?: number;
  /** Told when the first connection stands. */
  readonly onOpen?: () => void;
  /** Told each time the connection is lost. */
  readonly onLost?: (reason: string) => void;
}

/** Source: what the agent tells browsers. */
const RETRY_MS_DEFAULT = 1_000;

/** Ends with the signal. Throws `OperationError` when the first connection fails or the agent refuses. */
export async function* follow(client: AgentClient, options: FollowOptions): AsyncGenerator<ServerEvent> {
  const { signal } = options;
  let lastEventId: string | undefined;
  let hasOpened = false;
  while (!signal.aborted) {
    let connection: EventConnection | undefined;
    try {
      connection = await client.events({ ...options, lastEventId });
      if (!hasOpened) options.onOpen?.();
      hasOpened = true;
      yield* connection;
      if (!signal.aborted) options.onLost?.('the agent ended the stream');
    } catch (error) {
      if (signal.aborted) return;
      if (!hasOpened || error instanceof RefusedError || !(error instanceof OperationError)) throw error;
      options.onLost?.(error.message);
    }
    lastEventId = connection?.lastEventId ?? lastEventId;
    // An aborted wait is not an error: the loop ends by itself.
    await sleep(options.retryMs ?? RETRY_MS_DEFAULT, undefined, { signal }).catch(() => undefined);
  }
}
