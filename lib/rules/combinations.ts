// what is judged once for each of them must stay few
const MOST_ROWS = 24;
// three conditions
const MOST_IN_FULL = 8;
const MOST_IN_PAIRS = 200;

/**
 * Rows that hold an option, by its number, of each of several decisions: few decisions are there in every combination, of more any two are. Where that takes
 * too many rows, each option is there in some row. The number of rows grows with the logarithm of the number of decisions.
 *
 * @param sizes how many options each decision has
 * @see Lei and Tai, "In-parameter-order: a test generation strategy for pairwise testing", HASE 1998
 */
export function combinations(sizes: readonly number[]): number[][] {
  if (sizes.length === 0) return [];
  const all = sizes.reduce((product, size) => product * size, 1);
  if (all <= MOST_IN_FULL) return sizes.reduce<number[][]>((rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, option) => [...row, option])), [[]]);
  const pairs = sizes.length <= MOST_IN_PAIRS ? inPairs(sizes) : undefined;
  if (pairs && pairs.length <= MOST_ROWS) return pairs;
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  // those of two options, which are most, still turn out differently from each other
  const small = sizes.length <= MOST_IN_PAIRS ? inPairs(sizes.filter((size) => size === 2)) : [];
  if (most === 2 || small.length === 0 || small.length > MOST_ROWS) return Array.from({ length: most }, (_, row) => sizes.map((size) => row % size));
  return Array.from({ length: Math.max(most, small.length) }, (_, row) => {
    const own = small[row % small.length]!.values();
    return sizes.map((size) => (size === 2 ? own.next().value! : row % size));
  });
}

function inPairs(sizes: readonly number[]): number[][] {
  let rows: (number | undefined)[][] = Array.from({ length: sizes[0] ?? 0 }, (_, option) => [option]);
  for (let column = 1; column < sizes.length; column++) {
    const missing = new Set<string>();
    for (let before = 0; before < column; before++) {
      for (let a = 0; a < sizes[before]!; a++) for (let b = 0; b < sizes[column]!; b++) missing.add(pair(before, a, b));
    }
    const gainOf = (row: readonly (number | undefined)[], option: number) => row.filter((other, before) => other !== undefined && missing.has(pair(before, other, option))).length;
    for (const row of rows) {
      let best = 0;
      for (let option = 1; option < sizes[column]!; option++) if (gainOf(row, option) > gainOf(row, best)) best = option;
      for (const [before, other] of row.entries()) if (other !== undefined) missing.delete(pair(before, other, best));
      row[column] = best;
    }
    for (const left of missing) {
      const [before, a, b] = left.split(' ').map(Number) as [number, number, number];
      const free = rows.find((row) => row[before] === undefined && row[column] === b);
      if (free) free[before] = a;
      else {
        const row: (number | undefined)[] = new Array<undefined>(column + 1).fill(undefined);
        row[before] = a;
        row[column] = b;
        rows = [...rows, row];
      }
    }
    if (rows.length > MOST_ROWS) break;
  }
  return rows.map((row) => sizes.map((_, column) => row[column] ?? 0));
}

function pair(before: number, a: number, b: number): string {
  return `${before} ${a} ${b}`;
}
