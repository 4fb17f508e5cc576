/** Sorting that lets others have their turn: a million names take a second, and the engine must not miss one. */
export type SortKey = string | number;
interface Keyed {
  id: number;
  key: SortKey;
}

/** Comparisons between two pauses: a few milliseconds. */
const perTurn = 32_768;

/** Ids by key, those with the same key in the order in which they came. Each run is sorted at once, so runs are short. */
export async function sortIds(runs: readonly Keyed[][], pause: () => Promise<void>): Promise<number[]> {
  let sorted = runs.map((run) => run.sort(compare));
  let left = perTurn;
  while (sorted.length > 1) {
    const next: Keyed[][] = [];
    for (let n = 0; n < sorted.length; n += 2) {
      const [a = [], b = []] = [sorted[n], sorted[n + 1]];
      const merged: Keyed[] = [];
      let [i, j] = [0, 0];
      while (i < a.length || j < b.length) {
        const [x, y] = [a[i], b[j]];
        if (y === undefined || (x !== undefined && compare(x, y) <= 0)) {
          merged.push(x as Keyed);
          i += 1;
        } else {
          merged.push(y);
          j += 1;
        }
        left -= 1;
        if (left === 0) {
          left = perTurn;
          await pause();
        }
      }
      next.push(merged);
    }
    sorted = next;
  }
  return (sorted[0] ?? []).map(({ id }) => id);
}

function compare({ key: a }: Keyed, { key: b }: Keyed): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
