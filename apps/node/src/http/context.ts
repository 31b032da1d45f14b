/** What the resources of the API need of their agent. */
import type { HearsayNode } from 'hearsay';
import type { EventHub } from './event-hub.ts';

export interface AgentContext {
  readonly node: HearsayNode;
  readonly hub: EventHub;
  readonly allowFaults: boolean;
  /** `undefined` when the agent is ready, else why it is not. */
  whyNotReady(): string | undefined;
  /** All metrics in Prometheus' text format. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}
