/** All links of a swarm: what the topology makes of them, and on top of it the faults of now. */
import type { LinkConfig, NetworkConfig } from '../config.ts';
import type { Fault, Link } from './act.ts';

type Weather = Extract<Fault, { kind: 'weather' }>;
type BadLinks = Extract<Fault, { kind: 'bad-links' }>;

/** What is asked of the world. */
export interface LinkWorld {
  setNetwork(changes: Partial<NetworkConfig>): void;
  /** Sets a link apart. Returns what ends it, though a node has moved meanwhile. */
  setLink(link: Link, changes: Partial<LinkConfig>): () => void;
}

/** Faults may overlap; each is undone alone. */
export class Links {
  readonly #world: LinkWorld;
  readonly #zones: readonly string[];
  readonly #farMs: number;
  readonly #base: Readonly<NetworkConfig>;
  readonly #weather = new Set<Weather>();
  readonly #bad = new Set<BadLinks>();
  /** What ends the setting apart of each link, as `from to`. */
  #apart = new Map<string, () => void>();

  constructor(world: LinkWorld, base: Readonly<NetworkConfig>, zones: readonly string[], farMs: number) {
    this.#world = world;
    this.#base = base;
    this.#zones = zones;
    this.#farMs = farMs;
    this.#apply();
  }

  add(fault: Weather | BadLinks): void {
    if (fault.kind === 'weather') this.#weather.add(fault);
    else this.#bad.add(fault);
    this.#apply();
  }

  remove(fault: Weather | BadLinks): void {
    if (fault.kind === 'weather') this.#weather.delete(fault);
    else this.#bad.delete(fault);
    this.#apply();
  }

  #apply(): void {
    const network: NetworkConfig = Object.assign(
      { ...this.#base },
      ...[...this.#weather].map(({ network }) => network),
    );
    this.#world.setNetwork(withMean(network));
    const apart = new Map<string, Link>();
    const changesOf = new Map<string, Partial<NetworkConfig>>();
    const change = (link: Link, changes: Partial<NetworkConfig>): void => {
      const key = `${link.from} ${link.to}`;
      apart.set(key, link);
      changesOf.set(key, { ...changesOf.get(key), ...changes });
    };
    for (const link of this.#farLinks()) {
      const latencyMsMin = network.latencyMsMin + this.#farMs;
      change(link, { latencyMsMin, latencyMsMean: network.latencyMsMean + this.#farMs });
    }
    for (const { links, network: changes } of this.#bad) for (const link of links) change(link, changes);
    for (const clear of this.#apart.values()) clear();
    this.#apart = new Map(
      [...apart].map(([key, link]) => [
        key,
        this.#world.setLink(link, withMean({ ...network, ...changesOf.get(key) })),
      ]),
    );
  }

  *#farLinks(): Generator<Link> {
    for (const [from, zone] of this.#zones.entries()) {
      for (const [to, other] of this.#zones.entries()) if (zone !== other) yield { from, to };
    }
  }
}

/** A higher minimum lifts the mean. */
function withMean(network: NetworkConfig): NetworkConfig {
  return { ...network, latencyMsMean: Math.max(network.latencyMsMin, network.latencyMsMean) };
}
