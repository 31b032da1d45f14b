import { describe, expect, it } from 'vitest';
import type { MemberView } from '../src/client/shapes.ts';
import { type StepReport, storyLines, tellStory } from '../src/demo/story.ts';
import { NotHeldError, type StoryWorld } from '../src/demo/world.ts';

/** What goes wrong in a world. */
interface Flaw {
  readonly forgets?: string;
  readonly deaf?: string;
  readonly unheard?: string;
  /** Never hears who owns what now. */
  readonly sticks?: string;
  readonly profile?: StoryWorld['profile'];
  readonly leaks?: boolean;
  readonly keepsGeneration?: boolean;
}

/** A cluster in which everything happens at once, except for what is flawed. */
class PaperWorld implements StoryWorld {
  readonly names = ['a', 'b', 'c', 'd', 'e'];
  readonly profile: StoryWorld['profile'];
  readonly startedMs = 0;
  readonly calls: string[] = [];
  readonly #flaw: Flaw;
  readonly #keys = new Map<string, Map<string, string>>(this.names.map((name) => [name, new Map()]));
  #state: string | undefined;
  #tokenless: string | undefined;
  readonly #slots = new Map<string, string>();
  #isDead = false;
  #sides: readonly (readonly string[])[] = [];
  #generation = 1;
  #nowMs = 100;

  constructor(flaw: Flaw = {}) {
    this.#flaw = flaw;
    this.profile = flaw.profile ?? 'swim';
  }

  nowMs(): number {
    this.#nowMs += 10;
    return this.#nowMs;
  }

  async members(at: string): Promise<ReadonlyMap<string, MemberView>> {
    return new Map(this.names.map((name) => [name, this.#view(at, name)]));
  }

  async publish(at: string): Promise<string> {
    this.calls.push(`publish ${at}`);
    return 'a:1:1';
  }

  hearers(): ReadonlySet<string> {
    return new Set(this.names.filter((name) => name !== 'a' && name !== this.#flaw.deaf));
  }

  async write(at: string, key: string, value: string): Promise<void> {
    this.calls.push(`write ${at} ${key}`);
    for (const name of this.names) {
      if (this.#isConnected(at, name) || this.#flaw.leaks === true) this.#keys.get(name)?.set(key, value);
    }
  }

  async read(at: string, key: string): Promise<string | undefined> {
    return this.#flaw.forgets === at ? undefined : this.#keys.get(at)?.get(key);
  }

  async setState(at: string, key: string, value: string): Promise<void> {
    this.calls.push(`state ${at} ${key} ${value}`);
    this.#state = value;
  }

  async stateOf(at: string): Promise<string | undefined> {
    return this.#flaw.unheard === at ? undefined : this.#state;
  }

  async setTokens(at: string, status: string): Promise<void> {
    this.calls.push(`tokens ${at} ${status}`);
    this.#tokenless = status === 'hibernate' ? at : undefined;
  }

  /** Every agent owns each fifth key, and the next one does when it has no tokens. */
  async ownerOf(at: string, key: string): Promise<string | undefined> {
    if (this.#flaw.sticks === at) return this.names[Number(key.split('-')[1]) % 5];
    const index = Number(key.split('-')[1]) % 5;
    return this.names[index] === this.#tokenless ? this.names[index + 1] : this.names[index];
  }

  async claimSlots(at: string, slots: string): Promise<void> {
    this.calls.push(`slots ${at} ${slots}`);
    const joined = slots.split(/[-,]/);
    if (joined.length > 2) this.#slots.set('a', '');
    if (at === 'a') this.#slots.set('b', '3276-6552');
    this.#slots.set(at, `${joined[0]}-${joined.at(-1)}`);
  }

  async slots(at: string): Promise<ReadonlyMap<string, string>> {
    return this.#flaw.sticks === at ? new Map([['a', '0-3275']]) : new Map(this.#slots);
  }

  async cut(side: readonly string[], otherSide: readonly string[]): Promise<void> {
    this.calls.push(`cut ${side.join('')} ${otherSide.join('')}`);
    this.#sides = [side, otherSide];
  }

  async heal(names: readonly string[]): Promise<void> {
    this.calls.push(`heal ${names.join('')}`);
    this.#sides = [];
    const all = new Map([...this.#keys.values()].flatMap((keys) => [...keys]));
    for (const keys of this.#keys.values()) for (const [key, value] of all) keys.set(key, value);
  }

  async kill(name: string): Promise<void> {
    this.calls.push(`kill ${name}`);
    this.#isDead = true;
  }

  async restart(name: string): Promise<void> {
    this.calls.push(`restart ${name}`);
    this.#isDead = false;
    if (this.#flaw.keepsGeneration !== true) this.#generation += 1;
  }

  async until(missing: () => Promise<string | undefined>): Promise<void> {
    const answer = await missing();
    if (answer !== undefined) throw new NotHeldError(answer);
  }

  #isConnected(one: string, other: string): boolean {
    return this.#sides.length === 0 || this.#sides.some((side) => side.includes(one) && side.includes(other));
  }

  #view(at: string, name: string): MemberView {
    const isKilled = name === 'e' && this.#isDead;
    const isGone = isKilled || !this.#isConnected(at, name);
    const lost = this.profile === 'redis' && !isKilled ? 'suspect' : 'dead';
    return {
      name,
      address: 'x:1',
      status: isGone ? lost : 'alive',
      generation: this.#generation,
      incarnation: 0,
      zone: '',
      tags: {},
      isDamped: false,
      rttMs: null,
      since: '',
      isSelf: at === name,
      ...(isGone ? { accuser: 'b' } : {}),
    };
  }
}

async function tell(flaw?: Flaw): Promise<{ reports: readonly StepReport[]; world: PaperWorld }> {
  const world = new PaperWorld(flaw);
  return { reports: await tellStory(world, () => undefined), world };
}

function outcomes(reports: readonly StepReport[]): string {
  return reports.map(({ outcome }) => outcome[0]).join('');
}

describe('the story of the demo', () => {
  it('holds in a cluster that works', async () => {
    const { reports, world } = await tell();
    expect(outcomes(reports)).toBe('hhhhhhhh');
    expect(world.calls).toEqual([
      'publish a',
      'write b demo/greeting',
      'state c demo.mode warming-up',
      'state c demo.mode serving',
      'kill e',
      'cut ab cd',
      'write a demo/left',
      'write c demo/right',
      'heal abcd',
      'restart e',
    ]);
    expect(storyLines(reports).map((line) => line.split(/ {2,}/)[1])).toEqual([
      'RESULT',
      'held: 5 agents see 5 alive',
      'held: from a to 4 others',
      'held: written at b, read at 5',
      'held: c went from warming-up to serving, seen by 5',
      'held: e is dead to all others, accused by b',
      'held: 2 and 2 agents, each side dead to the other',
      'held: 4 agents see each other and both writes',
      'held: e is alive to all, generation 1 -> 2',
    ]);
  });

  it('expects of a vote that neither half fails the other, and that slots move', async () => {
    const { reports } = await tell({ profile: 'redis' });
    expect(outcomes(reports)).toBe('hhhhhhhhh');
    expect(reports[4]).toMatchObject({
      title: '5 slots move',
      text: '16384 slots shared out; b took those of a, seen by 5',
    });
    expect(reports[6]?.text).toBe('2 and 2 agents, each side suspect to the other');
  });

  it('moves tokens in the profile that has them', async () => {
    const { reports, world } = await tell({ profile: 'cassandra' });
    expect(outcomes(reports)).toBe('hhhhhhhhh');
    expect(reports[4]).toMatchObject({
      title: '5 tokens move',
      text: '8 of 40 keys left c and came back, the same to all',
    });
    expect(world.calls).toContain('tokens c hibernate');
    expect(world.calls).toContain('tokens c normal');
  });

  it('measures from the cause', async () => {
    const { reports } = await tell();
    // In this world every look at the clock costs 10 ms, and a step looks once at its cause and once at its end.
    expect(reports.map(({ elapsedMs }) => elapsedMs)).toEqual([110, 10, 10, 10, 10, 10, 10, 10]);
  });

  it.each<[Flaw, string, RegExp]>([
    [{ deaf: 'c' }, 'hfssssss', /^c did not hear rumor a:1:1$/],
    [{ forgets: 'd' }, 'hhfsssss', /^demo\/greeting is not at d$/],
    [{ unheard: 'd' }, 'hhhfssss', /^c is silent to d, not serving$/],
    [{ profile: 'cassandra', sticks: 'd' }, 'hhhhfssss', /^demo\/key-2 belongs to c, says d$/],
    [{ profile: 'redis', sticks: 'd' }, 'hhhhfssss', /^b has the slots of nobody to d, not 3276-6552$/],
    [{ leaks: true }, 'hhhhhfss', /^demo\/right came through the cut to a$/],
    [{ keepsGeneration: true }, 'hhhhhhhf', /^e is still in generation 1 to a$/],
  ])('says what was missing when %j', async (flaw, expected, text) => {
    const { reports } = await tell(flaw);
    expect(outcomes(reports)).toBe(expected);
    expect(reports.find(({ outcome }) => outcome === 'failed')?.text).toMatch(text);
    expect(storyLines(reports)).toHaveLength(reports.length + 1);
  });

  it('goes on to the table when a step breaks off', async () => {
    const world = new PaperWorld();
    world.publish = () => Promise.reject(new Error('no agent answers'));
    const reports = await tellStory(world, () => undefined);
    expect(outcomes(reports)).toBe('hfssssss');
    expect(reports[1]?.text).toBe('it broke off: Error: no agent answers');
  });
});
