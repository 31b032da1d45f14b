import { it } from 'vitest';
import { Entries, NO_FAULTS, World } from './world.ts';
it('x', () => {
  const c = {"depth":1,"listedCountMax":1,"skippedLevelCountMin":1,"messageBytesMax":256,"sessionNodeCountMax":2,"sessionRecordCountMax":1,"sessionBytesMax":1,"sessionScanCountMax":8,"messageEntryCountMax":1000};
  const world = new World(0, NO_FAULTS);
  world.add('a', new Entries([["k276",0]]), ['b'], c);
  world.add('b', new Entries([["k12",0],["k186",0],["k9",0],["k128",0],["k267",0],["k288",0],["k96",0],["k188",0]]), ['a'], c);
  for (const id of ['a','b']) world.command(id, { type: 'start' });
  world.run(60_000, () => world.areEqual());
  const t = world.nowMs;
  console.log(t, world.node('a').replica.content(), world.node('b').replica.content());
  world.sent.length = 0; world.run(t + 1000);
  console.log(JSON.stringify(world.sent, null, 0).replaceAll('{"from', '\n{"from'));
  console.log(world.events.slice(-8));
});
