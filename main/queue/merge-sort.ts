/**
 * Sorting that lets others have their turn: a million names take seconds, and the engine must not miss one. Places are
 * moved, in arrays of plain numbers: a million small objects would cost more in collecting them than in sorting.
 */
export type SortKey = string | number;

const runLength = 4_096;
/** Comparisons between two pauses: a few milliseconds. */
const perTurn = 16_384;

/** The ids by their keys, those with the same key in the order in which they came. */
export async function sortIds(
  ids: readonly number[],
  keys: readonly SortKey[],
  pause: () => Promise<void>,
): Promise<number[]> {
  const count = ids.length;
  const compare = (a: number, b: number): number => {
    const [x, y] = [keys[a] ?? 0, keys[b] ?? 0];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  let from = Uint32Array.from({ length: count }, (_, place) => place);
  let to = new Uint32Array(count);
  for (let start = 0; start < count; start += runLength) {
    from.subarray(start, start + runLength).sort(compare);
    await pause();
  }
  let left = perTurn;
  for (let width = runLength; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + 2 * width, count);
      const inOrder = middle === end || compare(from[middle - 1] ?? 0, from[middle] ?? 0) <= 0;
      if (inOrder) {
        // As names and dates of files mostly are.
        to.set(from.subarray(start, end), start);
        continue;
      }
      let [i, j] = [start, middle];
      for (let at = start; at < end; at += 1) {
        const fromLeft = j === end || (i < middle && compare(from[i] ?? 0, from[j] ?? 0) <= 0);
        to[at] = (fromLeft ? from[i] : from[j]) ?? 0;
        if (fromLeft) i += 1;
        else j += 1;
        left -= 1;
        if (left > 0) continue;
        left = perTurn;
        await pause();
      }
    }
    [from, to] = [to, from];
  }
  return Array.from(from, (place) => ids[place] ?? 0);
}
