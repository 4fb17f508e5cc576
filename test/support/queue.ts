import path from 'node:path';
import { openDatabase, type OpenedDatabase } from '../../main/queue/database.ts';
import { createPages, type Pages } from '../../main/queue/pages.ts';
import {
  createPhotoQueue,
  type Inspected,
  type NewPhoto,
  type PhotoQueue,
} from '../../main/queue/photo-queue.ts';
import type { Page, PageRequest } from '../../preload/contract/model.ts';
import { tempDir } from './temp-dir.ts';

export const owner = 'ada';

export interface TestQueue {
  database: OpenedDatabase;
  queue: PhotoQueue;
  pages: Pages;
  /** Settable time. */
  time: { now: number };
}

export function openQueue(file = path.join(tempDir(), 'queue.sqlite')): TestQueue {
  const database = openDatabase(file);
  const time = { now: 1_700_000_000_000 };
  return {
    database,
    time,
    queue: createPhotoQueue(database.db, () => time.now),
    pages: createPages(database.db),
  };
}

/** A page near an end of the queue, which is there at once. */
export function pageNow(
  pages: Pages,
  request: PageRequest,
  bytesSent: (id: number) => number = () => 0,
  who = owner,
): Page {
  const page = pages.page(who, request, { bytesSent, selected: () => false });
  if (page instanceof Promise) throw new Error('This page has to be listed first.');
  return page;
}

export function newPhoto(index: number, size = 100): NewPhoto {
  return {
    path: `/photos/${String(index).padStart(6, '0')}.jpg`,
    stat: { device: '2049', inode: String(1000 + index), size, mtimeNs: '1700000000123456789' },
    contentType: 'image/jpeg',
    extension: 'jpg',
  };
}

export function inspectedPhoto(index: number, hash = index): Inspected {
  return {
    ...newPhoto(index),
    sha256: hash.toString(16).padStart(64, '0'),
    md5: null,
    takenAt: '2024-05-06T07:08:09',
    takenOffset: '+02:00',
    takenSource: 'exif-original',
    camera: 'Plate Camera',
    damage: null,
    decoded: false,
    parts: [],
    remember: null,
  };
}
