/** The keys of a bucket in the order of their UTF-8 bytes, and S3's listing over them. */

/** Keys are kept as text with one character per UTF-8 byte: comparing that is comparing bytes. */
export function toByteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The other way round. */
export function fromByteText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Sorts behind every key that begins with the text before it: no UTF-8 byte is 0xff. */
const behindAll = '\u00ff';

export type SortedKeys = {
  readonly size: number;
  add(byteText: string): void;
  remove(byteText: string): void;
  /** Keys after `after`, ascending; `seek` inside the walk skips ahead. */
  page(query: PageQuery): Page;
};

/** All texts are byte texts. `after`: begin behind it. */
export type PageQuery = { prefix: string; delimiter: string; after: string; limit: number };
export type PageEntry = { kind: 'key' | 'prefix'; text: string };
/** `next` is the `after` of the following page; undefined on the last one. */
export type Page = { entries: PageEntry[]; next: string | undefined };

/** An index filled with `keys`, in any order. */
export function createSortedKeys(keys: readonly string[] = []): SortedKeys {
  const sorted = keys.toSorted(byBytes);

  /** The first position whose key is not before `text`. */
  function position(text: string): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get size() {
      return sorted.length;
    },
    add(byteText) {
      const at = position(byteText);
      if (sorted[at] !== byteText) sorted.splice(at, 0, byteText);
    },
    remove(byteText) {
      const at = position(byteText);
      if (sorted[at] === byteText) sorted.splice(at, 1);
    },
    page({ prefix, delimiter, after, limit }) {
      const entries: PageEntry[] = [];
      let last = '';
      let at = after >= prefix ? position(after) : position(prefix);
      if (sorted[at] === after && after !== '') at += 1;
      while (at < sorted.length) {
        const key = sorted[at]!;
        if (!key.startsWith(prefix)) break;
        if (entries.length === limit) return { entries, next: last };
        const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        if (end === -1) {
          entries.push({ kind: 'key', text: key });
          last = key;
          at += 1;
          continue;
        }
        const common = key.slice(0, end + delimiter.length);
        entries.push({ kind: 'prefix', text: common });
        last = common + behindAll;
        at = position(last);
      }
      return { entries, next: undefined };
    },
  };
}

function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Where a listing resumes that names a common prefix (V1 markers do): behind all that it stands for. */
export function afterMarker(marker: string, delimiter: string): string {
  return delimiter !== '' && marker.endsWith(delimiter) ? marker + behindAll : marker;
}
