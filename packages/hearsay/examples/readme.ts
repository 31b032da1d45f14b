import assert from 'node:assert/strict';
import { createNode } from 'hearsay';

// Two nodes of one cluster in one process; in real life each runs beside its service.
await using a = await createNode({ name: 'a', bind: '127.0.0.1:0', preset: 'local' });
await using b = await createNode({ name: 'b', bind: '127.0.0.1:0', preset: 'local' });
const news = b.events();
await b.join([a.address]);
assert.deepEqual(
  b.members.list().map((member) => `${member.name} ${member.status}`),
  ['a alive', 'b alive'],
);

a.store.set('flags/dark-mode', 'on'); // replicated state: every node will have it
a.rumors.publish('cache.invalidate', 'user:42'); // news: told once to whoever is there
a.state.set('load', '0.7'); // what a tells about itself

const seen = new Set<string>();
for await (const event of news) {
  seen.add(event.type);
  if (['rumor', 'store-changed', 'state-changed'].every((type) => seen.has(type))) break;
}
assert.equal(Buffer.from(b.store.get('flags/dark-mode')?.value ?? []).toString(), 'on');
assert.equal(b.state.get('load', 'a')?.value, '0.7');
// Who owns a key is the same at every node.
assert.deepEqual(b.ring.ownersOf('user:42'), a.ring.ownersOf('user:42'));
