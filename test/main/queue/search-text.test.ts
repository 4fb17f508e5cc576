import { describe, expect, it } from 'vitest';
import { encodePath } from '../../../main/lib/path-text.ts';
import { fold, nameKey, patternsOf, searchable } from '../../../main/queue/search-text.ts';

describe('fold', () => {
  it.each([
    ['Straße', 'strasse'],
    ['CAFÉ', 'cafe'],
    ['cafe\u0301', 'cafe'],
    ['ŁÓDŹ', 'lodz'],
    ['İstanbul', 'istanbul'],
    ['Αθήνα', 'αθηνα'],
    ['Ｆｕｌｌ', 'full'],
    ['東京', '東京'],
  ])('%s → %s', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });
});

it('keeps a second copy only of paths that need one, and one of paths that are no UTF-8', () => {
  expect(searchable('/photos/IMG_1.JPG')).toBeNull();
  expect(searchable('/photos/Zürich/IMG_1.JPG')).toBe('/photos/zurich/img_1.jpg');
  expect(searchable(encodePath(Buffer.from('/photos/Z\xfcrich.jpg', 'latin1')))).toBe(
    '/photos/z\ufffdrich.jpg',
  );
});

it('looks for each word, and for %, _ and \\ as they are', () => {
  expect(patternsOf('  Zürich  100%_\\ ')).toEqual(['%zurich%', String.raw`%100\%\_\\%`]);
  expect(patternsOf(' ')).toEqual([]);
});

it('orders names by the numbers in them', () => {
  const names = ['IMG_10.jpg', 'img_9.jpg', 'IMG_0011.jpg', 'a.jpg', 'IMG_20240506070809.jpg', 'IMG_2.jpg'];
  const keys = names.map((name) => ({ name, key: nameKey(`/photos/${name}`) }));
  expect(keys.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name)).toEqual([
    'a.jpg',
    'IMG_2.jpg',
    'img_9.jpg',
    'IMG_10.jpg',
    'IMG_0011.jpg',
    'IMG_20240506070809.jpg',
  ]);
});
