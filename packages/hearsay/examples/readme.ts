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

const seen = new Set<string>();
for await (const event of news) {
  seen.add(event.type);
  if (seen.has('rumor') && seen.has('store-changed')) break;
}
assert.equal(Buffer.from(b.store.get('flags/dark-mode')?.value ?? []).toString(), 'on');
