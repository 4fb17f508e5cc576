import fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../main/queue/database.ts';
import { createPhotoQueue } from '../../../main/queue/photo-queue.ts';
import { createUpkeep } from '../../../main/queue/upkeep.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { newPhoto, owner } from '../../support/queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

function open() {
  const file = path.join(tempDir(), 'queue.sqlite');
  const { db, close } = openDatabase(file);
  onTestFinished(() => {
    close();
  });
  const queue = createPhotoQueue(db, Date.now);
  const clock = fakeClock();
  const state = { idle: true };
  const failures: unknown[] = [];
  const upkeep = createUpkeep({
    db,
    clock,
    idle: () => state.idle,
    onFailure: (error) => failures.push(error),
  });
  return {
    queue,
    clock,
    state,
    failures,
    upkeep,
    size: () => fs.statSync(file).size,
    logSize: () => fs.statSync(`${file}-wal`).size,
  };
}

it('gives back what removed rows took, and empties the log, when nothing else is to be done', () => {
  const { queue, clock, upkeep, size, logSize, failures } = open();
  const photos = Array.from({ length: 40_000 }, (_, index) => newPhoto(index));
  queue.add(owner, photos);
  queue.remove(
    owner,
    photos.map((_, index) => index + 1),
  );
  upkeep.poke();
  clock.advance(4_999);
  expect(logSize()).toBeGreaterThan(1_000_000);
  clock.advance(60_000);
  expect(failures).toEqual([]);
  expect(logSize()).toBe(0);
  expect(size()).toBeLessThan(6_000_000);
  expect(clock.pending).toBe(0);
});

it('waits for a rest that lasts, and leaves off when work comes', () => {
  const { queue, clock, state, upkeep, logSize } = open();
  queue.add(owner, [newPhoto(1)]);
  for (let second = 0; second < 10; second++) {
    upkeep.poke();
    clock.advance(1_000);
  }
  expect(logSize()).toBeGreaterThan(0);
  state.idle = false;
  clock.advance(10_000);
  expect(logSize()).toBeGreaterThan(0);
  expect(clock.pending).toBe(0);
  state.idle = true;
  upkeep.poke();
  clock.advance(5_000);
  expect(logSize()).toBe(0);
});
