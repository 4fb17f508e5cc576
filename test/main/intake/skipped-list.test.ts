import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearSkippedLists, createSkippedList, csvLine } from '../../../main/intake/skipped-list.ts';
import { skipReasons, type SkipReason } from '../../../preload/contract/model.ts';
import { writeFile } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';

const words = {
  path: 'Datei',
  reason: 'Grund',
  cut: 'Nicht vollständig.',
  reasons: Object.fromEntries(skipReasons.map((reason) => [reason, `warum ${reason}`])) as Record<
    SkipReason,
    string
  >,
};
const skipped = (place: string): { path: string; reason: SkipReason } => ({
  path: place,
  reason: 'not_a_photo',
});

async function saved(list: ReturnType<typeof createSkippedList>): Promise<string> {
  const file = path.join(tempDir(), 'list.csv');
  await list.save(file, words);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  return fs.readFileSync(file, 'utf8');
}

/** The cells of a CSV, read by RFC 4180 alone. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /"((?:[^"]|"")*)"(,|\r\n)/gy;
  for (let row: string[] = []; ;) {
    const match = cell.exec(text);
    if (match === null) return rows;
    row.push((match[1] ?? '').replaceAll('""', '"'));
    if (match[2] === ',') continue;
    rows.push(row);
    row = [];
  }
}

describe('a saved list', () => {
  it('is UTF-8 that spreadsheets take for it, and gives every name back', async () => {
    const list = createSkippedList(path.join(tempDir(), 'lists', '1.jsonl'));
    const names = [
      '/Bilder/Zürich 📷.txt',
      '/a "quoted", name',
      '/two\nlines',
      '/a\u2028b\u2029c',
      '/ ends ',
    ];
    list.add(names.slice(0, 2).map(skipped));
    list.add([]);
    list.add(names.slice(2).map(skipped));
    const text = await saved(list);
    expect(text.startsWith('\u{FEFF}"Datei","Grund"\r\n')).toBe(true);
    expect(cellsOf(text.slice(1))).toEqual([
      ['Datei', 'Grund'],
      ...names.map((name) => [name, 'warum not_a_photo']),
    ]);
    list.remove();
    list.remove();
  });

  it.each(['=HYPERLINK("https://evil.example")', '+1', '-1+1', '@SUM(A1)', '\tx', '\r=1'])(
    'holds no formula: %j',
    (name) => {
      expect(cellsOf(csvLine([name]))).toEqual([[`'${name}`]]);
    },
  );

  it('ends at its limit, and says so', async () => {
    const list = createSkippedList(path.join(tempDir(), '1.jsonl'), 3);
    list.add(['/1', '/2'].map(skipped));
    list.add(['/3', '/4'].map(skipped));
    list.add(['/5'].map(skipped));
    expect(cellsOf((await saved(list)).slice(1)).map(([name]) => name)).toEqual([
      'Datei',
      '/1',
      '/2',
      '/3',
      'Nicht vollständig.',
    ]);
  });

  it('is there without what could not be written, and says so', async () => {
    // Where its folder should be there is a file.
    const list = createSkippedList(path.join(writeFile(path.join(tempDir(), 'x'), ''), 'lists', '1.jsonl'));
    list.add(['/1'].map(skipped));
    expect(cellsOf((await saved(list)).slice(1))).toEqual([
      ['Datei', 'Grund'],
      ['Nicht vollständig.', ''],
    ]);
  });

  it('of a drop that left nothing out is empty', async () => {
    const list = createSkippedList(path.join(tempDir(), '1.jsonl'));
    expect(cellsOf((await saved(list)).slice(1))).toEqual([['Datei', 'Grund']]);
  });
});

it('leaves nothing of earlier starts', () => {
  const folder = path.join(tempDir(), 'lists');
  clearSkippedLists(folder);
  writeFile(path.join(folder, '1.jsonl'), 'x');
  clearSkippedLists(folder);
  expect(fs.existsSync(folder)).toBe(false);
});
