/** What the golden vectors are made of, in the form in which they are stored: `$bytes` and `$map` for bytes and maps. */

const bytes = (hex) => ({ $bytes: hex });
const map = (...entries) => ({ $map: entries });

const CLAIM = {
  name: 'n1',
  address: '10.0.0.1:7946',
  generation: 1_700_000_000,
  incarnation: 0,
  status: 'alive',
  zone: '',
  tagsDigest: 0,
  accuser: '',
  endedAtSeconds: 0,
};
const SUSPECT = {
  name: 'api-2.eu',
  address: '[fd00::2]:7946',
  generation: 0xffff_ffff,
  incarnation: 300,
  status: 'suspect',
  zone: 'eu-1',
  tagsDigest: 0xdeadbeef,
  accuser: 'n1',
  grounds: { helperCount: 3, nackCount: 2, hasTriedStream: true, localHealth: 1 },
  endedAtSeconds: 0,
};
const DEAD = {
  ...CLAIM,
  name: 'n3',
  address: 'n3.example.org:7946',
  incarnation: 0xffff_ffff,
  status: 'dead',
  accuser: 'n2',
  endedAtSeconds: 1_700_000_100,
};
const LEFT = {
  ...CLAIM,
  name: 'n4',
  address: '255.255.255.255:65535',
  status: 'left',
  endedAtSeconds: 0xffff_ffff,
};
const TAGS = [
  { name: 'n1', tags: map(['role', 'Zürich'], ['', '']) },
  { name: 'n2', tags: map() },
];
const RUMOR = {
  id: { origin: 'n1', generation: 1_700_000_000, sequence: 1 },
  topic: 'cache.invalidate',
  payload: bytes('75736572203432'),
  priority: 'normal',
};
const RECORD = {
  key: 'flags/dark-mode',
  stamp: { wallMs: 1_700_000_000_123, counter: 5 },
  origin: 'n1',
  kind: 'set',
  value: bytes('6f6e'),
};
const TOMBSTONE = {
  key: 'ключ',
  stamp: { wallMs: 2 ** 48 - 1, counter: 65_535 },
  origin: 'n2',
  kind: 'delete',
  value: bytes(''),
};
const DIGESTS = [
  { name: 'n1', generation: 1_700_000_000, heartbeat: 0 },
  { name: 'n2', generation: 1, heartbeat: 300 },
  { name: 'api-2.eu', generation: 0xffff_ffff, heartbeat: 0xffff_ffff },
];
const OPINIONS = [
  { name: 'n1', generation: 1_700_000_000, opinion: 'ok', pongAgeMs: 0 },
  { name: 'n2', generation: 1, opinion: 'pfail', pongAgeMs: 15_001 },
  { name: 'n3', generation: 0xffff_ffff, opinion: 'fail', pongAgeMs: 0xffff_ffff },
];
const SESSION = 0xdeadbeef;
const SUM = bytes('000102030405060708090a0b0c0d0e0f');
const CHILDREN = [0, 1, 0xffff_ffff, 0x8000_0000, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const BUCKETS = [
  { level: 0, index: 0, fingerprints: [] },
  { level: 8, index: 0xffff_ffff, fingerprints: [1, 0xffff_ffff] },
];

const packet = (...messages) => ({ from: 'n1', generation: 1_700_000_000, address: '', messages });
const one = (protocol) => (name, message) => ({ name, packet: packet({ protocol, message }) });
const swim = one('swim');
const rumor = one('rumor');
const heartbeat = one('heartbeat');
const quorum = one('quorum');
const members = one('members');
const store = one('store');
const rumorLog = one('rumor-log');
const state = one('state');

const antiEntropy = (entry) => [
  entry('probe', { type: 'probe', session: SESSION, depth: 4, count: 70_000, sum: SUM }),
  entry('equal', { type: 'equal', session: SESSION }),
  entry('digests', {
    type: 'digests',
    session: SESSION,
    level: 3,
    nodes: [
      { index: 0, children: CHILDREN },
      { index: 255, children: CHILDREN },
    ],
  }),
  entry('digests of nothing', { type: 'digests', session: 0, level: 1, nodes: [] }),
  entry('items', { type: 'items', session: SESSION, buckets: BUCKETS }),
  entry('want', { type: 'want', session: SESSION, buckets: BUCKETS }),
  entry('done', { type: 'done', session: SESSION, messageCount: 300, isComplete: true }),
  entry('done, cut short', { type: 'done', session: SESSION, messageCount: 0, isComplete: false }),
];

/** Vectors by file. */
export const CASES = {
  packet: [
    { name: 'no message', packet: packet() },
    { name: 'an address, as on a stream', packet: { ...packet(), address: '10.0.0.1:7946' } },
    { name: 'a labelled cluster', label: 'prod', packet: packet() },
    {
      name: 'the longest name and the last generation',
      packet: { ...packet(), from: 'z'.repeat(128), generation: 0xffff_ffff },
    },
    {
      name: 'several protocols',
      label: 'prod',
      packet: packet(
        { protocol: 'swim', message: { type: 'ack', sequence: 7, path: 'packet' } },
        { protocol: 'swim', message: { type: 'claims', claims: [CLAIM] } },
        { protocol: 'rumor', message: { type: 'push', rumors: [RUMOR] } },
        { protocol: 'store', message: { type: 'equal', session: 1 } },
      ),
    },
  ],
  swim: [
    swim('ping', { type: 'ping', sequence: 7, target: 'n2', path: 'packet' }),
    swim('ping to an endpoint', { type: 'ping', sequence: 0, target: '10.0.0.2:7946', path: 'packet' }),
    swim('ping by stream', { type: 'ping', sequence: 7, target: 'n2', path: 'stream' }),
    swim('ack', { type: 'ack', sequence: 7, path: 'packet' }),
    swim('ack by stream', { type: 'ack', sequence: 7, path: 'stream' }),
    swim('ack of the last sequence', { type: 'ack', sequence: 0xffff_ffff, path: 'packet' }),
    swim('ping-req', { type: 'ping-req', sequence: 128, target: 'n3', address: '10.0.0.3:7946' }),
    swim('nack', { type: 'nack', sequence: 128 }),
    swim('claims of every status', { type: 'claims', claims: [CLAIM, SUSPECT, DEAD, LEFT] }),
    swim('no claims', { type: 'claims', claims: [] }),
    swim('join', { type: 'join', claim: CLAIM }),
    swim('join of an observer', { type: 'join' }),
    swim('join-reply', { type: 'join-reply', claims: [CLAIM, LEFT] }),
    swim('tags-request', { type: 'tags-request', names: ['n1', 'n2'] }),
    swim('tags', { type: 'tags', members: TAGS }),
  ],
  heartbeat: [
    heartbeat('syn', { type: 'syn', digests: DIGESTS }),
    heartbeat('syn of a shadow round', { type: 'syn', digests: [] }),
    heartbeat('ack', {
      type: 'ack',
      requests: DIGESTS,
      deltas: [{ ...DIGESTS[0], claim: CLAIM }, DIGESTS[1]],
      isShadow: false,
    }),
    heartbeat('ack of a shadow round', { type: 'ack', requests: [], deltas: [], isShadow: true }),
    heartbeat('deltas', { type: 'deltas', deltas: [DIGESTS[1], { ...DIGESTS[2], claim: SUSPECT }] }),
    heartbeat('echo', { type: 'echo', sequence: 0xdeadbeef }),
    heartbeat('echo-reply', { type: 'echo-reply', sequence: 0 }),
  ],
  quorum: [
    quorum('ping', { type: 'ping', sequence: 7, path: 'packet', entries: OPINIONS }),
    quorum('ping by stream that tells of nobody', { type: 'ping', sequence: 0xffff_ffff, path: 'stream', entries: [] }),
    quorum('pong', { type: 'pong', sequence: 0, path: 'packet', entries: OPINIONS.slice(1) }),
    quorum('pong by stream', { type: 'pong', sequence: 7, path: 'stream', entries: [] }),
    quorum('fail', { type: 'fail', name: 'n3', generation: 1_700_000_000 }),
  ],
  roots: [
    one('roots')('roots', { type: 'roots', salt: 0xdeadbeef, members: 1, store: 0xffff_ffff }),
    one('roots')('roots with node state', { type: 'roots', salt: 0, members: 1, store: 2, state: 0 }),
    one('roots')('roots with rumors', { type: 'roots', salt: 1, members: 2, store: 3, rumors: 0 }),
    one('root')('root', { type: 'root', salt: 16_383, root: 0xffff_ffff }),
    one('root')('root of zero', { type: 'root', salt: 0, root: 0 }),
    one('roots')('roots of zeros', { type: 'roots', salt: 0, members: 0, store: 0 }),
  ],
  stability: [
    one('stability')('stability', {
      type: 'stability',
      nowMs: 1_700_000_000_123,
      lowMs: 1_699_999_998_877,
      floorMs: 1_699_999_690_000,
      root: '0123456789abcdef',
      isWaiting: true,
    }),
    one('stability')('stability of who has seen nothing, as an answer', {
      type: 'stability',
      nowMs: 281_474_976_710_655,
      lowMs: 0,
      floorMs: 0,
      root: 'ffffffffffffffff',
      isWaiting: false,
    }),
    one('stability')('stability of who has lost writes of its own', {
      type: 'stability',
      nowMs: 1_700_000_000_123,
      lowMs: 1_699_999_998_877,
      floorMs: 1_699_999_690_000,
      root: '0123456789abcdef',
      isWaiting: true,
      gaps: [
        { fromMs: 0, untilMs: 1_699_999_000_000 },
        { fromMs: 1_699_999_500_000, untilMs: 1_700_000_000_123 },
      ],
    }),
    one('stability')('buried', {
      type: 'buried',
      graves: [
        { key: RECORD.key, stamp: RECORD.stamp, origin: RECORD.origin },
        { key: TOMBSTONE.key, stamp: TOMBSTONE.stamp, origin: TOMBSTONE.origin },
      ],
    }),
  ],
  rumor: [
    rumor('push', { type: 'push', rumors: [RUMOR] }),
    rumor('push of a rumor with times and a key', {
      type: 'push',
      rumors: [{ ...RUMOR, publishedAtMs: 1_700_000_000_123, ttlMs: 60_000, key: 'user:42' }],
    }),
    rumor('query', { type: 'query', token: 0xffff_ffff, id: { origin: 'n1', generation: 1_700_000_000, sequence: 7 } }),
    rumor('seen', { type: 'seen', token: 0xffff_ffff, isSeen: true }),
    rumor('offer', { type: 'offer', ids: [RUMOR.id, { origin: 'n2', generation: 0xffff_ffff, sequence: 0 }] }),
    rumor('fetch', { type: 'fetch', ids: [RUMOR.id] }),
    rumor('not seen', { type: 'seen', token: 0, isSeen: false }),
    rumor('push of every priority', {
      type: 'push',
      rumors: ['critical', 'high', 'normal', 'bulk'].map((priority, index) => ({
        id: { origin: 'n1', generation: 1, sequence: index },
        topic: '',
        payload: bytes(''),
        priority,
      })),
    }),
  ],
  state: [
    state('digest', {
      type: 'digest',
      isWhole: true,
      positions: [
        { origin: 'n1', generation: 1_700_000_000, version: 300 },
        { origin: 'api-2.eu', generation: 0xffff_ffff, version: 0xffff_ffff },
      ],
    }),
    state('digest of nothing', { type: 'digest', isWhole: false, positions: [] }),
    state('request', { type: 'request', positions: [{ origin: 'n3', generation: 0, version: 0 }] }),
    state('delta', {
      type: 'delta',
      deltas: [
        {
          origin: 'n1',
          generation: 1_700_000_000,
          version: 9,
          floor: 3,
          after: 4,
          entries: [
            { key: 'load', version: 5, value: '0.7' },
            { key: 'z\u00f6ne', version: 9, value: '' },
          ],
        },
        { origin: 'n2', generation: 1, version: 0, floor: 0, after: 0, entries: [] },
      ],
    }),
    state('delta with a deletion', {
      type: 'delta',
      deltas: [
        {
          origin: 'n1',
          generation: 1,
          version: 0xffff_ffff,
          floor: 0,
          after: 0,
          entries: [{ key: 'gone', version: 0xffff_ffff }],
        },
      ],
    }),
  ],
  members: [...antiEntropy(members), members('push', { type: 'push', session: SESSION, records: [CLAIM, SUSPECT] })],
  'rumor-log': [
    ...antiEntropy(rumorLog),
    rumorLog('push', { type: 'push', session: SESSION, records: [RUMOR] }),
    rumorLog('close', {
      type: 'close',
      session: SESSION,
      pushCount: 1,
      isComplete: true,
      note: bytes('00ff'),
      request: 9,
    }),
    rumorLog('closed', {
      type: 'closed',
      session: SESSION,
      missing: [1],
      isComplete: true,
      note: bytes(''),
      request: 9,
      part: 1,
      end: 'complete',
    }),
  ],
  store: [...antiEntropy(store), store('push', { type: 'push', session: SESSION, records: [RECORD, TOMBSTONE] })],
};
