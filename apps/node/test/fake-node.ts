/** A node without a network: enough for the HTTP API and the commands. */

import { HearsayError, VersionError } from '@hearsay/core';
import type { HearsayNode, MemberSnapshot, NodeEvent, NodeStatus, StateEntry, StoreEntry } from 'hearsay';

export interface FakeNode extends HearsayNode {
  /** What was asked of it, in order. */
  readonly calls: string[];
  /** Rumors that there is room for. */
  readonly room: { count: number };
  emit(event: NodeEvent): void;
}

export function memberSnapshot(name: string, changes: Partial<MemberSnapshot> = {}): MemberSnapshot {
  return {
    name,
    address: '127.0.0.1:7946',
    status: 'alive',
    generation: 1_700_000_000,
    incarnation: 0,
    zone: '',
    tags: {},
    rttMs: undefined,
    since: '2026-01-01T00:00:00.000Z',
    accuser: undefined,
    evidence: undefined,
    isDamped: false,
    isSelf: false,
    ...changes,
  };
}

/** A store of one replica: every write is a new version. */
function fakeStore(): HearsayNode['store'] {
  const entries = new Map<string, StoreEntry>();
  let writeCount = 0;
  const checkVersion = (key: string, ifVersion: string | undefined): void => {
    const held = entries.get(key)?.version ?? 'none';
    if (ifVersion !== undefined && ifVersion !== held) throw new VersionError(key, ifVersion, held);
  };
  const fakeSet: HearsayNode['store']['set'] = (key, value, options) => {
    if (key === '') throw new HearsayError('ERR_KEY', 'a key of 0 bytes');
    checkVersion(key, options?.ifVersion);
    writeCount += 1;
    const { ttlMs } = options ?? {};
    const entry: StoreEntry = {
      key,
      value: new Uint8Array(Buffer.from(value)),
      version: `${writeCount}.0.self`,
      origin: 'self',
      expiresAt: ttlMs === undefined ? undefined : new Date(ttlMs).toISOString(),
    };
    entries.set(key, entry);
    return entry;
  };
  return {
    get: (key) => entries.get(key),
    set: fakeSet,
    delete: (key, options) => {
      checkVersion(key, options?.ifVersion);
      return entries.delete(key);
    },
    flushed: async () => undefined,
    load: async (loaded) => {
      let count = 0;
      for await (const { key, value, ttlMs } of loaded) {
        fakeSet(key, value, { ttlMs });
        count += 1;
      }
      return count;
    },
    entries: (prefix = '') => [...entries.values()].filter(({ key }) => key.startsWith(prefix)),
    cursor: '1.0',
    watch: () => {
      throw new Error('not in this fake');
    },
    list: ({ prefix = '', after = '', limit = Number.POSITIVE_INFINITY } = {}) =>
      [...entries.values()]
        .filter(({ key }) => key.startsWith(prefix) && key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
  };
}

/** Node state of one node, and one entry of a peer. */
function fakeState(): HearsayNode['state'] {
  const entries = new Map<string, StateEntry>([
    ['peer load', { origin: 'peer', key: 'load', value: '0.7', version: 3 }],
  ]);
  let version = 0;
  return {
    get: (key, origin = 'self') => entries.get(`${origin} ${key}`),
    set: (key, value) => {
      if (key.length > 128) throw new HearsayError('ERR_KEY', 'a key of 129 bytes');
      version += 1;
      const entry = { origin: 'self', key, value, version };
      entries.set(`self ${key}`, entry);
      return entry;
    },
    delete: (key) => entries.delete(`self ${key}`),
    list: ({ origin, prefix = '' } = {}) =>
      [...entries.values()].filter(
        (entry) => entry.key.startsWith(prefix) && entry.origin === (origin ?? entry.origin),
      ),
    watch: () => {
      throw new Error('not in this fake');
    },
  };
}

/** A ring of two, of which the fake has the slots that it claims. */
function fakeRing(calls: string[]): HearsayNode['ring'] {
  let slots = '';
  let digest = '';
  const isAgreed = (): boolean => digest === '';
  return {
    ownersOf: () => ['self', 'peer'],
    locate: (key, count = 2) => ({
      token: '-42',
      owners: ['self', 'peer'].slice(0, count),
      pending: key === 'moving' ? ['peer'] : [],
      slot: 12_182,
      slotOwner: slots === '' ? undefined : 'self',
    }),
    shares: () => [
      { name: 'peer', zone: '', tokenCount: 128, share: 0.375 },
      { name: 'self', zone: 'a', tokenCount: 128, share: 0.625 },
    ],
    tokens: () => [{ token: '-42', name: 'self' }],
    slots: () => (slots === '' ? [] : [{ name: 'self', epoch: 1, slots }]),
    pending: () => [{ start: '1', end: '2', before: ['peer'], after: ['self'] }],
    schema: () => ({
      versions: isAgreed() ? { '': ['peer', 'self'] } : { '': ['peer'], [digest]: ['self'] },
      isAgreed: isAgreed(),
    }),
    setTokens: (status, count) => void calls.push(`tokens ${status} ${count}`),
    claimSlots: (ranges) => {
      if (ranges === 'x') throw new HearsayError('ERR_CONFIG', 'ranges: use slots');
      slots = ranges;
    },
    setSchema: (text) => {
      digest = text;
    },
    schemaAgreed: async ({ timeoutMs } = {}) => {
      calls.push(`schema ${timeoutMs}`);
      return isAgreed();
    },
    watch: () => {
      throw new Error('not in this fake');
    },
  };
}

function fakeStatus(status: NodeStatus['status']): NodeStatus {
  return {
    name: 'self',
    status,
    address: '127.0.0.1:7946',
    generation: 1_700_000_000,
    incarnation: 0,
    cluster: '',
    members: { alive: 2, suspect: 0, dead: 0, left: 0 },
    health: { eventLoopLagMs: 0.5, localHealth: 0 },
    digests: { members: 'aa', store: 'bb', state: 'cc', rumors: 'dd' },
    store: { liveCount: 3, waitingCount: 2, floor: '2026-01-01T00:00:00.000Z', heldBy: 'peer' },
    version: '0.0.0',
  };
}

export function fakeNode(): FakeNode {
  const calls: string[] = [];
  const room = { count: Number.POSITIVE_INFINITY };
  const listeners = new Set<(event: NodeEvent) => void>();
  let hasLeft = false;
  const self = memberSnapshot('self', { isSelf: true, tags: { zone: 'a' } });
  return {
    calls,
    room,
    name: 'self',
    address: '127.0.0.1:7946',
    generation: 1_700_000_000,
    cluster: '',
    members: {
      list: () => [self, memberSnapshot('peer', { rttMs: 1.25 })],
      get: (name) => (name === 'self' ? self : name === 'peer' ? memberSnapshot('peer') : undefined),
      ping: async (name) => {
        calls.push(`ping ${name}`);
        return name === 'peer' ? { path: 'packet', rttMs: 0.25 } : undefined;
      },
      forceLeave: (name) => {
        calls.push(`force-leave ${name}`);
        return name === 'peer';
      },
    },
    join: async (addresses) => {
      calls.push(`join ${addresses.join(' ')}`);
      if (addresses.includes('192.0.2.1:1')) throw new HearsayError('ERR_JOIN', 'no answer');
      return { memberCount: 2 };
    },
    leave: async () => {
      calls.push('leave');
      hasLeft = true;
    },
    stop: async () => void calls.push('stop'),
    setTags: () => undefined,
    rumors: fakeRumors(calls, room),
    store: fakeStore(),
    state: fakeState(),
    ring: fakeRing(calls),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    events: () => {
      throw new Error('not in this fake');
    },
    status: () => fakeStatus(hasLeft ? 'left' : 'alive'),
    metrics: () => [
      { name: 'hearsay_packets_total', help: 'Packets.', type: 'counter', value: 3, labels: { direction: 'in' } },
      { name: 'hearsay_packets_total', help: 'Packets.', type: 'counter', value: 4, labels: { direction: 'out' } },
      { name: 'hearsay_members', help: 'Members.', type: 'gauge', value: 2 },
    ],
    faults: {
      set: (faults) => void calls.push(`faults ${JSON.stringify(faults)}`),
      clear: () => void calls.push('heal'),
    },
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/**
 * Notes what is published, and says that all whom it asked have heard it. There is room for as many rumors as `room` says,
 * once.
 */
function fakeRumors(calls: string[], room: { count: number }): HearsayNode['rumors'] {
  const hasRoom = async (): Promise<boolean> => {
    room.count -= 1;
    return room.count >= 0;
  };
  const rumors: HearsayNode['rumors'] = {
    room: hasRoom,
    publishAll: async (all) => {
      let count = 0;
      for await (const { topic, payload, ...options } of all) {
        if (!(await hasRoom())) break;
        rumors.publish(topic, payload, options);
        count += 1;
      }
      return count;
    },
    publish: (topic, payload, options) => {
      if (topic === 'refused') throw new HearsayError('ERR_KEY', 'a topic must be something else');
      calls.push(`publish ${topic} ${Buffer.from(payload).toString('hex')} ${options?.priority}`);
      const id = 'self:1700000000:1';
      const { sample } = options ?? {};
      const spread = { id, outcome: 'spread', elapsedMs: 7.4, memberCount: 4, coverage: 1 } as const;
      const counted = sample === undefined ? undefined : { asked: sample, answered: sample, heard: sample };
      return { id, settled: Promise.resolve({ ...spread, ...(counted === undefined ? {} : { counted }) }) };
    },
    subscribe: () => () => undefined,
    unsettledCount: 0,
  };
  return rumors;
}
