/** Sparse sums and elements of anti-entropy, to and from the fields of the schema. */
import type { AntiEntropyBody, NodeSums, PlacedElement } from '@hearsay/anti-entropy';
import type { hearsay } from '#proto';
import { checkedIn, refuse } from './checks.ts';

type SumsFields = hearsay.wire.v1.Sums.$Properties;
type ElementsFields = hearsay.wire.v1.Elements.$Properties;

const ARITY = 16;
const LEVEL_MAX = 8;
/** The largest element or sum: P - 1. */
const SUM_MAX = 4_294_967_290;

export function sumsFields(level: number, nodes: readonly NodeSums[]): SumsFields {
  return {
    level,
    steps: stepsOf(nodes.map(({ index }) => index)),
    counts: nodes.map(({ count }) => count),
    sums: nodes.map(({ sum }) => sum),
    weighted: nodes.map(({ weighted }) => weighted),
    squared: nodes.flatMap(({ squared }) => squared ?? []),
  };
}

export function sumsOf(fields: SumsFields): AntiEntropyBody<never> {
  const level = checkedIn('sums.level', fields.level ?? 0, 0, LEVEL_MAX);
  const { counts = [], sums = [], weighted = [] } = fields;
  const indexes = placesOf('sums.steps', fields.steps, ARITY ** level - 1);
  const squared = fields.squared ?? [];
  if (squared.length > 0 && squared.length !== indexes.length) refuse('sums.squared', 'are not one per node');
  if ([counts, sums, weighted].some((list) => list?.length !== indexes.length)) refuse('sums', 'are not one per node');
  const nodes = indexes.map((index, place) => ({
    index,
    count: counts?.[place] ?? 0,
    sum: checkedIn('sums.sums', sums?.[place] ?? 0, 0, SUM_MAX),
    weighted: checkedIn('sums.weighted', weighted?.[place] ?? 0, 0, SUM_MAX),
    ...(squared.length > 0 ? { squared: checkedIn('sums.squared', squared[place] ?? 0, 0, SUM_MAX) } : {}),
  }));
  return { type: 'sums', level, nodes };
}

export function elementsFields(elements: readonly PlacedElement[]): ElementsFields {
  return { steps: stepsOf(elements.map(({ place }) => place)), elements: elements.map(({ element }) => element) };
}

export function fetchOf(fields: ElementsFields): AntiEntropyBody<never> {
  const places = placesOf('fetch.steps', fields.steps, SUM_MAX);
  if (fields.elements?.length !== places.length) refuse('fetch.elements', 'are not one per place');
  const elements = places.map((place, nth) => ({
    place,
    element: checkedIn('fetch.elements', fields.elements?.[nth] ?? 0, 0, SUM_MAX),
  }));
  return { type: 'fetch', elements };
}

/** Small numbers, for ascending places. */
function stepsOf(places: readonly number[]): number[] {
  return places.map((place, nth) => place - (places[nth - 1] ?? 0));
}

function placesOf(field: string, steps: readonly number[] | null | undefined, max: number): number[] {
  let place = 0;
  return (steps ?? []).map((step) => {
    place = checkedIn(field, place + step, 0, max);
    return place;
  });
}
