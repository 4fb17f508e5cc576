import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createPasted, isPng, type Pasted } from '../../../main/intake/pasted.ts';
import type { Outcome } from '../../../main/queue/outcome-at.ts';
import { tempDir } from '../../support/temp-dir.ts';

const png = Buffer.from('89504e470d0a1a0a00', 'hex');
/** Some moment of a day in this computer's zone. */
const at = new Date(2026, 10, 25, 8, 5, 9).getTime();

/** Pasted pictures over a queue that says what the test puts into it; `again` is the next engine's. */
function open(folder = path.join(tempDir(), 'pasted')): {
  pasted: Pasted;
  rows: Map<string, Outcome>;
  names: () => string[];
  again: () => Pasted;
} {
  const rows = new Map<string, Outcome>();
  const make = (): Pasted =>
    createPasted({
      folder,
      outcomeAt: (owner, file) => rows.get(`${owner} ${file}`) ?? null,
      now: () => at,
      log: () => undefined,
    });
  const names = (): string[] =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  return { pasted: make(), rows, names, again: make };
}

it('keeps each picture under a name of its own, also several of one second at once', async () => {
  const { pasted, names } = open();
  const files = await Promise.all([png, png, png].map((bytes) => pasted.keep('ada', bytes)));
  expect(names()).toEqual([
    'Pasted image 2026-11-25 08.05.09 (2).png',
    'Pasted image 2026-11-25 08.05.09 (3).png',
    'Pasted image 2026-11-25 08.05.09.png',
  ]);
  for (const file of files) {
    expect(fs.readFileSync(file)).toEqual(png);
    if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o077).toBe(0);
  }
  const [place = ''] = files.map((file) => path.dirname(file));
  expect(path.dirname(await pasted.keep('../../bob', png))).not.toBe(place);
  expect([place, path.dirname(place), tempDir()].map(pasted.holds)).toEqual([true, false, false]);
});

it('keeps it until its row is stored; if a person takes that out of the queue, for thirty days more', async () => {
  const { pasted, rows, names, again } = open();
  const file = await pasted.keep('ada', png);
  const settle = (outcome: Outcome | null): string[] => {
    if (outcome === null) rows.clear();
    else rows.set(`ada ${file}`, outcome);
    pasted.tidy('ada');
    return names();
  };
  const there = [path.basename(file)];
  // It is still on its way into the queue.
  expect(settle(null)).toEqual(there);
  expect(settle('open')).toEqual(there);
  // That it is a copy may not be on the disk yet.
  expect(settle('duplicate')).toEqual(there);
  pasted.tidy('bob');
  expect(names()).toEqual(there);
  expect(settle('stored')).toEqual([]);

  const removed = await pasted.keep('ada', png);
  rows.set(`ada ${removed}`, 'open');
  pasted.tidy('ada');
  expect(settle(null)).toEqual([path.basename(removed)]);
  expect(fs.existsSync(removed)).toBe(false);
  const aside = path.join(path.dirname(removed), 'removed', path.basename(removed));
  expect(fs.readFileSync(aside)).toEqual(png);
  expect(again().recover('ada')).toEqual([]);
  expect(fs.existsSync(aside)).toBe(true);
  const old = new Date(at - 31 * 24 * 60 * 60_000);
  fs.utimesSync(aside, old, old);
  expect(again().recover('ada')).toEqual([]);
  expect(names()).toEqual([]);
});

it('finds what a dead engine has left: takes in what is in no queue, and removes what needs no keeping', async () => {
  const { pasted, rows, names, again } = open();
  const [lost = '', waiting = '', copy = '', stored = ''] = await Promise.all(
    [png, png, png, png].map((bytes) => pasted.keep('ada', bytes)),
  );
  fs.writeFileSync(path.join(path.dirname(lost), 'Pasted image of then.png.partial'), 'half of it');
  rows.set(`ada ${waiting}`, 'open');
  rows.set(`ada ${copy}`, 'duplicate');
  rows.set(`ada ${stored}`, 'stored');
  const next = again();
  expect(next.recover('bob')).toEqual([]);
  expect(next.recover('ada')).toEqual([lost]);
  expect(names()).toEqual([lost, waiting].map((file) => path.basename(file)).sort());
  // Asked again, as after a change of session, it brings nothing twice.
  expect(next.recover('ada')).toEqual([]);
  next.tidy('ada');
  expect(names()).toHaveLength(2);
  next.forget('ada');
  expect(names()).toEqual([]);
});

it('leaves nothing behind of a picture that cannot be written', async () => {
  const folder = path.join(tempDir(), 'pasted');
  fs.writeFileSync(folder, 'a file where the folder is to be');
  const { pasted } = open(folder);
  await expect(pasted.keep('ada', png)).rejects.toThrow();
  fs.rmSync(folder);
  expect(path.basename(await pasted.keep('ada', png))).toBe('Pasted image 2026-11-25 08.05.09.png');
});

it('takes PNG and nothing else', () => {
  expect([png, Buffer.from('<svg'), Buffer.alloc(0)].map(isPng)).toEqual([true, false, false]);
});
