/** The HTTP API over a real loopback socket, with a node that has no network. */
import { AgentMetrics } from '../src/agent/metrics.ts';
import { AgentClient } from '../src/client/agent-client.ts';
import { apiRouter } from '../src/http/api.ts';
import { EventHub } from '../src/http/event-hub.ts';
import { EventLog } from '../src/http/event-log.ts';
import { Guard } from '../src/http/guard.ts';
import { HttpServer } from '../src/http/http-server.ts';
import { logNodeEvent } from '../src/http/node-events.ts';
import { type FakeNode, fakeNode } from './fake-node.ts';

export interface ApiUnderTest {
  readonly node: FakeNode;
  readonly client: AgentClient;
  readonly url: string;
  readonly hub: EventHub;
  close(): Promise<void>;
}

export async function startApi(
  options: { token?: string; allowFaults?: boolean; whyNotReady?: string; address?: string } = {},
): Promise<ApiUnderTest> {
  const node = fakeNode();
  const log = new EventLog('7');
  const hub = new EventHub(log);
  node.subscribe((event) => logNodeEvent(log, event));
  const metrics = new AgentMetrics({ nodeMetrics: () => node.metrics(), eventStreamCount: () => hub.streamCount });
  const server = new HttpServer(
    new Guard(options.token),
    ({ method, status }) => metrics.countRequest(method, status),
    (error) => {
      throw error;
    },
  );
  const address = await server.listen(options.address ?? '127.0.0.1:0');
  server.serve(
    apiRouter({
      node,
      hub,
      allowFaults: options.allowFaults ?? false,
      whyNotReady: () => options.whyNotReady,
      metrics: () => metrics.scrape(),
    }),
  );
  const close = async (): Promise<void> => {
    hub.close();
    await server.close();
  };
  const url = `http://${address}`;
  return { node, client: new AgentClient(new URL(url), options.token), url, hub, close };
}
