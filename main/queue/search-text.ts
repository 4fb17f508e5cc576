/**
 * How names and folders are compared: without case, without accents, and `IMG_2` before `IMG_10`.
 *
 * [Note: Searching] A search is a LIKE for each of its words over the path, 0.2 µs a row: a trigram index would find
 * the same at the price of writing five times as much for each photo that is added, to be as fast as nobody notices.
 * The index on paths stays as the person's disk has them; what is more than ASCII has a folded copy beside it.
 */
import path from 'node:path';
import { displayPath } from '../lib/path-text.ts';

/** Letters that are no plain letter with a mark to Unicode, though people type them as one. */
const letters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

const plain = /^[\x20-\x7e]*$/;

/** Lower case, no accents, compatibility forms (`ﬁ`, full width) as their letters. */
export function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => letters[letter] ?? letter);
}

/** The folded copy of a path as lib/path-text.ts keeps it; null where LIKE finds everything in the path itself. */
export function searchable(pathText: string): string | null {
  const shown = displayPath(pathText);
  return shown === pathText && plain.test(shown) ? null : fold(shown);
}

const mostWords = 8;

/** A LIKE pattern (ESCAPE '\') for each word that name or folder must contain. */
export function patternsOf(search: string): string[] {
  return fold(search)
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}

/** Text that sorts like the file's name: numbers by their value, as each has the number of its digits before it. */
export function nameKey(searchedText: string): string {
  return path
    .basename(searchedText)
    .toLowerCase()
    .replaceAll(/\d+/g, (digits) => {
      const value = digits.replace(/^0+(?=\d)/, '');
      return (value.length < 9 ? String(value.length) : `9${String(value.length).padStart(3, '0')}`) + value;
    });
}
