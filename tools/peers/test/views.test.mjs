import { describe, expect, it } from 'vitest';
import { Views } from '../hearsay/views.mjs';

/** Views of three nodes, and what they told. */
function watched() {
  const views = new Views(3);
  const told = [];
  views.listen(({ kind, viewer, subject }) => told.push(`${viewer} ${kind} ${subject}`));
  return { views, told };
}

describe('Views', () => {
  it('tells what changes, and nothing twice', () => {
    const { views, told } = watched();
    views.record('joined', 0, 1);
    views.record('joined', 0, 1);
    views.record('joined', 0, 0);
    views.record('dead', 0, 1);
    views.record('dead', 0, 1);
    views.record('dead', 1, 2);
    expect(told).toEqual(['0 joined 1', '0 dead 1']);
  });

  it('tells suspicions and messages whenever they come', () => {
    const { views, told } = watched();
    views.record('suspected', 0, 1);
    views.record('suspected', 0, 1);
    views.record('received', 0, 0);
    expect(told).toEqual(['0 suspected 1', '0 suspected 1', '0 received 0']);
  });

  it('knows who knows whom, one way', () => {
    const { views } = watched();
    views.record('joined', 0, 2);
    expect([views.knows(0, 2), views.knows(2, 0), views.knows(0, 1)]).toEqual([true, false, false]);
    expect(views.missingPairCount).toBe(5);
  });

  it('freezes the view of a node that was stopped, and no longer misses it', () => {
    const { views, told } = watched();
    views.record('joined', 0, 1);
    views.stop(2);
    views.record('joined', 2, 0);
    expect(told).toEqual(['0 joined 1']);
    expect(views.running).toEqual([0, 1]);
    expect(views.missingPairCount).toBe(1);
  });

  it('tells nobody when nobody listens', () => {
    const { views, told } = watched();
    views.listen();
    views.record('joined', 0, 1);
    expect(told).toEqual([]);
    expect(views.knows(0, 1)).toBe(true);
  });
});
