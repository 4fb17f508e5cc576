import path from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import type { Photo } from '../../../main/queue/photo-queue.ts';
import { createWhereabouts } from '../../../main/upload/whereabouts.ts';
import { statOf, writeFile } from '../../support/files.ts';
import { newPhoto, openQueue, owner } from '../../support/queue.ts';
import { cannotPlug, pluggableDisk } from '../../support/volume.ts';

if (cannotPlug !== null) process.stdout.write(`a volume that goes: not tested, ${cannotPlug}\n`);

/** As the system says it of a file on a disk that is pulled out, or that is failing. */
const cannotRead = Object.assign(new Error('EIO'), { code: 'EIO' });

it.skipIf(cannotPlug !== null).each([true, false])(
  'a read that fails is a wait for the volume where that is gone: %s',
  async (goes) => {
    const { queue } = openQueue();
    const disk = pluggableDisk();
    const file = writeFile(path.join(disk.folder, 'a.jpg'), 'a photo');
    queue.add(owner, [{ ...newPhoto(1), path: file, stat: statOf(file) }]);
    const [photo] = queue.claim(owner, 'inspecting', 1);
    const whereabouts = createWhereabouts({
      owner,
      queue,
      media: { inspect: () => Promise.reject(cannotRead) },
      clock: systemClock,
      md5: () => false,
      log: () => undefined,
    });
    const work = whereabouts.orElsewhere(() => {
      if (goes) disk.unplug();
      return Promise.reject(cannotRead);
    });
    const outcome = work(photo as Photo, new AbortController().signal);
    if (goes)
      expect(await outcome).toEqual({
        id: 1,
        event: { type: 'parked', reason: 'volume_missing' },
        facts: { waitsAt: disk.folder },
      });
    else await expect(outcome).rejects.toBe(cannotRead);
    whereabouts.stop();
  },
);
