import type { Value } from '../../value';

/** How much of something is meant. */
export type Share = 'all' | 'some' | 'none';

/** By the keys of Macie's terms, how much of a thing a comparison with a value is true of; what no key is known for may be true of some of it. */
export type Compared = ReadonlyMap<string, (comparator: string, value: string) => Share>;

/**
 * How much of a thing is left by what a job includes and excludes: of the objects of a bucket by `scoping`, of buckets by `bucketCriteria`, which are built alike.
 *
 * @see https://docs.aws.amazon.com/macie/latest/APIReference/jobs.html
 */
export function shareOf(scope: Value, compared: Compared): Share {
  const included = shareOfTerms(scope.at('includes.and'), compared) ?? 'all';
  const excluded = shareOfTerms(scope.at('excludes.and'), compared) ?? 'none';
  return both(included, excluded === 'all' ? 'none' : excluded === 'none' ? 'all' : 'some');
}

/** What is left of a thing of which two conditions leave so much. */
export function both(...shares: Share[]): Share {
  if (shares.includes('none')) return 'none';
  return shares.includes('some') ? 'some' : 'all';
}

/** How much of the objects below a prefix a comparison of their keys is true of. */
export function ofKeysBelow(prefix: string): Compared {
  return new Map([['OBJECT_KEY', (comparator: string, value: string) => (comparator === 'STARTS_WITH' ? below(prefix, value) : 'some')]]);
}

/** Whether comparisons of a bucket's name are true; of one that is given its name later, some can be. */
export function ofBucketCalled(name: string | undefined): Compared {
  if (name === undefined) return new Map();
  return new Map([['S3_BUCKET_NAME', (comparator: string, value: string) => {
    const holds = HOLDS.get(comparator);
    return holds ? (holds(name, value) ? 'all' : 'none') : 'some';
  }]]);
}

const HOLDS: ReadonlyMap<string, (name: string, value: string) => boolean> = new Map([
  ['CONTAINS', (name: string, value: string) => name.includes(value)], ['EQ', (name: string, value: string) => name === value], ['NE', (name: string, value: string) => name !== value],
  ['STARTS_WITH', (name: string, value: string) => name.startsWith(value)],
]);

function below(prefix: string, value: string): Share {
  if (prefix.startsWith(value)) return 'all';
  return value.startsWith(prefix) ? 'some' : 'none';
}

// all terms must be true, each of one of its values; undefined where there is none
function shareOfTerms(terms: Value, compared: Compared): Share | undefined {
  const shares = terms.items.map((term): Share => {
    const [simple] = ['simpleScopeTerm', 'simpleCriterion'].map((name) => term.at(name)).filter((one) => !one.isAbsent);
    if (!simple || simple.unknowns.length > 0) return 'some';
    const compare = compared.get(simple.at('key').texts.join());
    const values = simple.at('values').items.length > 0 ? simple.at('values').items.flatMap(({ alternatives }) => alternatives) : [undefined];
    const found = values.map((value): Share => (compare && typeof value === 'string' ? compare(simple.at('comparator').texts.join(), value) : 'some'));
    return found.includes('all') ? 'all' : found.includes('some') ? 'some' : 'none';
  });
  return shares.length === 0 ? undefined : both(...shares);
}
