import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scan } from '../../../main/intake/scan.ts';
import { writeFile } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';

const jpegHead = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');

/** How many files each batch has: photos and others together. */
const sizes = (folder: string, now?: () => number): number[] =>
  [...scan([folder], now === undefined ? {} : { now })].map(
    ({ photos, skipped }) => photos.length + skipped.length,
  );

it('brings a small batch first, then full ones, photos and others in one count', () => {
  const folder = tempDir();
  for (let index = 0; index < 1100; index++) {
    fs.writeFileSync(
      path.join(folder, `${String(index).padStart(4, '0')}.jpg`),
      index % 2 === 0 ? jpegHead : 'text',
    );
  }
  expect(sizes(folder, () => 0)).toEqual([50, 1000, 50]);
});

it('lets nobody wait for a full batch where the disk is slow', () => {
  const folder = tempDir();
  for (let index = 0; index < 10; index++) writeFile(path.join(folder, `${index}.jpg`), jpegHead);
  let time = 0;
  expect(sizes(folder, () => (time += 100))).toEqual([3, 3, 3, 1]);
});

it('ends when it is told to, with what it has', () => {
  const folder = tempDir();
  for (let index = 0; index < 10; index++) writeFile(path.join(folder, `${index}.jpg`), jpegHead);
  let asked = 0;
  const found = [...scan([folder], { stopped: () => ++asked > 3 })];
  expect(found.map(({ photos }) => photos.map((photo) => path.basename(photo.path)))).toEqual([
    ['0.jpg', '1.jpg', '2.jpg'],
  ]);
});
