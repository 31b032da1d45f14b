/**
 * The agent: one node, its HTTP API and its log, from the ready line to a graceful end.
 *
 *   starting --node runs--> running --SIGTERM, SIGINT--> leaving --> ended
 */
import { createNode, type HearsayNode } from 'hearsay';
import type { Logger } from 'pino';
import type { AgentConfig } from '../config/schema.ts';
import { codeOf, messageOf, OperationError, UsageError } from '../failure.ts';
import { apiRouter } from '../http/api.ts';
import { EventHub } from '../http/event-hub.ts';
import { EventLog } from '../http/event-log.ts';
import { Guard } from '../http/guard.ts';
import { HttpServer } from '../http/http-server.ts';
import { logNodeEvent } from '../http/node-events.ts';
import { logEvent } from './event-lines.ts';
import { AgentMetrics } from './metrics.ts';
import { Readiness } from './readiness.ts';

/** How to make a node; tests give another. */
export type NodeFactory = typeof createNode;

export class Agent {
  readonly #node: HearsayNode;
  readonly #server: HttpServer;
  readonly #hub: EventHub;
  readonly #readiness: Readiness;
  readonly #unsubscribe: () => void;
  /** Where the API listens, with the port that was chosen. */
  readonly httpAddress: string;

  private constructor(parts: {
    node: HearsayNode;
    server: HttpServer;
    hub: EventHub;
    readiness: Readiness;
    unsubscribe: () => void;
    httpAddress: string;
  }) {
    this.#node = parts.node;
    this.#server = parts.server;
    this.#hub = parts.hub;
    this.#readiness = parts.readiness;
    this.#unsubscribe = parts.unsubscribe;
    this.httpAddress = parts.httpAddress;
  }

  get name(): string {
    return this.#node.name;
  }

  /** Where other nodes reach this one. */
  get gossipAddress(): string {
    return this.#node.address;
  }

  /**
   * Binds the HTTP port first: a busy port must show before the cluster hears of this node.
   * Throws `OperationError` when a port is busy, `UsageError` when the node refuses its options. Nothing runs then.
   */
  static async start(config: AgentConfig, log: Logger, makeNode: NodeFactory = createNode): Promise<Agent> {
    // Scraped only while requests are served, and by then there is a node.
    const metrics = new AgentMetrics({ nodeMetrics: () => node.metrics(), eventStreamCount: () => hub.streamCount });
    const server = new HttpServer(
      new Guard(config.httpToken),
      ({ method, path, status, error }) => {
        metrics.countRequest(method, status);
        if (status === 500) log.error({ method, path, err: error }, 'a request failed');
        else log.debug({ method, path, status }, 'request');
      },
      (error) => log.error({ err: error }, 'the HTTP socket failed'),
    );
    const httpAddress = await listen(server, config.http);
    const node = await startNode(config, log, makeNode).catch(async (error: unknown) => {
      await server.close();
      throw error;
    });
    const events = new EventLog(String(node.generation));
    const hub = new EventHub(events);
    const readiness = new Readiness(config.join.length > 0 && node.members.list().length === 1);
    const unsubscribe = node.subscribe((event) => {
      readiness.onEvent(event);
      logEvent(log, event);
      logNodeEvent(events, event);
    });
    server.serve(
      apiRouter({
        node,
        hub,
        allowFaults: config.allowFaults,
        whyNotReady: () => readiness.whyNot(node.status().status),
        metrics: () => metrics.scrape(),
      }),
    );
    return new Agent({ node, server, hub, readiness, unsubscribe, httpAddress });
  }

  /** Leaves the cluster, then ends what clients have open, then stops. */
  async end(): Promise<void> {
    this.#readiness.onEnding();
    await this.#node.leave();
    this.#hub.close();
    this.#unsubscribe();
    await this.#server.close();
    await this.#node.stop();
  }
}

async function listen(server: HttpServer, address: string): Promise<string> {
  try {
    return await server.listen(address);
  } catch (error) {
    throw new OperationError(`cannot listen on ${address} for HTTP: ${whyNot(error)}, choose another with --http`, {
      cause: error,
    });
  }
}

async function startNode(config: AgentConfig, log: Logger, makeNode: NodeFactory): Promise<HearsayNode> {
  const { name, bind, advertise, join, cluster, tags, zone, observer, allow } = config;
  const { dataDir, durability, profile, preset, allowFaults } = config;
  const onWarning = (message: string): void => log.warn({ event: 'data-dir', dataDir }, message);
  const identity = { name, bind, advertise, cluster, tags, zone, observer };
  try {
    const rules = { allow, profile, preset, allowFaults };
    return await makeNode({ ...identity, ...rules, join, dataDir, durability, onWarning });
  } catch (error) {
    if (codeOf(error) === 'ERR_CONFIG') throw new UsageError([messageOf(error)]);
    const advice = codeOf(error) === 'ERR_BIND' ? ', choose another address with --bind' : '';
    throw new OperationError(`cannot start the node: ${messageOf(error)}${advice}`, { cause: error });
  }
}

/** The usual refusals of a socket in words. */
function whyNot(error: unknown): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return 'the port is in use';
    case 'EACCES':
      return 'this user may not use that port';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address';
    default:
      return messageOf(error);
  }
}
