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

a.store.set('flags/dark-mode', 'on');
a.rumors.publish('cache.invalidate', 'user:42', { priority: 'high' });

const seen = new Set<string>();
for await (const event of news) {
  if (event.type === 'rumor') assert.equal(Buffer.from(event.payload).toString(), 'user:42');
  seen.add(event.type);
  if (seen.has('rumor') && seen.has('store-changed')) break;
}
assert.equal(Buffer.from(b.store.get('flags/dark-mode')?.value ?? []).toString(), 'on');
