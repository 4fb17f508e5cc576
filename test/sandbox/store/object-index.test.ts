import { describe, expect, it } from 'vitest';
import {
  afterMarker,
  createSortedKeys,
  fromByteText,
  toByteText,
} from '../../../sandbox/store/object-index.ts';

function list(
  keys: readonly string[],
  query: { prefix?: string; delimiter?: string; after?: string; limit?: number } = {},
): string[][] {
  const index = createSortedKeys(keys.map(toByteText));
  const pages: string[][] = [];
  let after: string | undefined = toByteText(query.after ?? '');
  while (after !== undefined) {
    const page = index.page({
      prefix: toByteText(query.prefix ?? ''),
      delimiter: toByteText(query.delimiter ?? ''),
      after,
      limit: query.limit ?? 1000,
    });
    pages.push(page.entries.map((entry) => (entry.kind === 'prefix' ? '+' : '') + fromByteText(entry.text)));
    after = page.next;
  }
  return pages;
}

describe('createSortedKeys', () => {
  it('sorts by the bytes of UTF-8, not by UTF-16', () => {
    // U+FF61 is three bytes, U+1F600 four: in UTF-16 the second comes first.
    expect(list(['\u{1F600}', '\uff61', 'z', 'Z', 'é'])).toEqual([['Z', 'z', 'é', '\uff61', '\u{1F600}']]);
  });

  it('pages without losing or repeating a key', () => {
    const keys = Array.from({ length: 25 }, (_, n) => `k${String(n).padStart(2, '0')}`);
    const pages = list(keys, { limit: 10 });
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(keys);
    expect(list(keys.slice(0, 20), { limit: 10 })).toHaveLength(2);
  });

  it('groups by delimiter behind the prefix, and counts a group as one', () => {
    const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/1'];
    expect(list(keys, { delimiter: '/' })).toEqual([['a', '+b/', 'd', '+e/']]);
    expect(list(keys, { delimiter: '/', limit: 1 })).toEqual([['a'], ['+b/'], ['d'], ['+e/']]);
    expect(list(keys, { delimiter: '/', prefix: 'b/' })).toEqual([['b/1', 'b/2', '+b/c/']]);
    expect(list(keys, { delimiter: '/', prefix: 'x' })).toEqual([[]]);
  });

  it('begins behind a marker that need not exist', () => {
    const keys = ['a', 'b', 'c'];
    expect(list(keys, { after: 'a' })).toEqual([['b', 'c']]);
    expect(list(keys, { after: 'aa' })).toEqual([['b', 'c']]);
    expect(list(['p/a', 'p/b', 'q'], { after: 'o', prefix: 'p/' })).toEqual([['p/a', 'p/b']]);
    expect(list(['p/a', 'p/b', 'q'], { after: 'q', prefix: 'p/' })).toEqual([[]]);
    expect(list(['b/1', 'b/2', 'c'], { after: fromByteText('b/'), delimiter: '/' })).toEqual([['+b/', 'c']]);
    expect(afterMarker('b/', '/')).toBe('b/\u00ff');
    expect(afterMarker('b/', '')).toBe('b/');
  });

  it('adds and removes once', () => {
    const index = createSortedKeys(['b']);
    index.add('a');
    index.add('a');
    index.remove('b');
    index.remove('b');
    expect(index.size).toBe(1);
    expect(index.page({ prefix: '', delimiter: '', after: '', limit: 9 }).entries).toEqual([
      { kind: 'key', text: 'a' },
    ]);
  });
});
