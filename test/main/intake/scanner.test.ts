import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createScanner, type Scanner } from '../../../main/intake/scanner.ts';
import type { ScanBatch } from '../../../main/intake/scan.ts';
import { seenFile } from '../../../main/lib/file-stat.ts';
import { inspectedPhoto, openQueue, type TestQueue } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const jpegHead = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
let scanner: Scanner | null = null;
let test: TestQueue;

afterEach(async () => {
  await scanner?.close();
  test.database.close();
});

function open(): Scanner {
  const databaseFile = path.join(tempDir(), 'queue.sqlite');
  test = openQueue(databaseFile);
  scanner = createScanner({
    databaseFile,
    workerUrl: new URL('../../support/scan-worker.mjs', import.meta.url),
  });
  return scanner;
}

function makeFiles(count: number): string {
  const folder = tempDir();
  for (let index = 0; index < count; index++) {
    const album = path.join(folder, `album ${index % 7}`);
    fs.mkdirSync(album, { recursive: true });
    fs.writeFileSync(path.join(album, `${index}.jpg`), jpegHead);
  }
  return folder;
}

async function all(batches: AsyncIterable<ScanBatch>): Promise<string[]> {
  const paths: string[] = [];
  for await (const { photos } of batches) paths.push(...photos.map((photo) => photo.path));
  return paths;
}

it('finds in its thread what find finds, in path order', async () => {
  const folder = makeFiles(5000);
  const found = await all(open().scan([folder]));
  const listed = execFileSync('find', [folder, '-type', 'f'], { encoding: 'utf8' }).trimEnd().split('\n');
  expect(found).toHaveLength(5000);
  expect(found).toEqual(listed.sort());
});

it('takes files that were read before by what the queue’s database knows of them', async () => {
  const folder = makeFiles(2);
  const file = path.join(folder, 'album 1', '1.jpg');
  const { scan } = open();
  const { stat: _stat, remember: _remember, ...findings } = inspectedPhoto(1);
  const known = { ...findings, contentType: 'image/heic', extension: 'heic' };
  test.queue.hashCache.remember(file, seenFile(fs.statSync(file, { bigint: true })), known);
  const types: string[] = [];
  for await (const { photos } of scan([folder])) types.push(...photos.map((photo) => photo.contentType));
  expect(types).toEqual(['image/jpeg', 'image/heic']);
});

it('can be broken off, and scans again after that', async () => {
  const folder = makeFiles(5000);
  const { scan } = open();
  for await (const batch of scan([folder])) {
    expect(batch.photos.length).toBeGreaterThan(0);
    break;
  }
  expect(await all(scan([path.join(folder, 'album 0')]))).toHaveLength(715);
});

it('waits with further batches until somebody takes them', async () => {
  const folder = makeFiles(8000);
  const batches = open().scan([folder]);
  await batches.next();
  // The first is taken; three more may be ahead, and files that are added to a folder beyond those are still found.
  fs.writeFileSync(path.join(folder, 'album 6', 'zzz.jpg'), jpegHead);
  expect(await all(batches)).toContain(path.join(folder, 'album 6', 'zzz.jpg'));
});

it('says so when its thread goes away, and starts another for the next scan', async () => {
  const folder = makeFiles(5000);
  const { scan, close } = open();
  const batches = scan([folder]);
  await batches.next();
  await close();
  await expect(all(batches)).rejects.toThrow('scanning thread');
  expect(await all(scan([folder]))).toHaveLength(5000);
});
