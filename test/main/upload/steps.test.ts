import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Photo } from '../../../main/queue/photo-queue.ts';
import type { Grant } from '../../../main/upload/backend-client.ts';
import type { LargeOptions } from '../../../main/upload/send-large.ts';
import { createSlots } from '../../../main/upload/slots.ts';
import { check, confirm, send } from '../../../main/upload/steps.ts';
import { deferred } from '../../support/deferred.ts';
import { statOf, writeFile } from '../../support/files.ts';
import { inspectedPhoto, openQueue, newPhoto, owner } from '../../support/queue.ts';
import { testGrant } from '../../support/grant.ts';
import { tempDir } from '../../support/temp-dir.ts';

const quiet = (signal = new AbortController().signal): LargeOptions => ({
  signal,
  onBytes: () => undefined,
  onResumed: () => undefined,
  onArrived: () => undefined,
  mayAsk: () => true,
});

it('a photo that has waited for its turn is sent under the grant that is in force then', async () => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1)]);
  queue.claim(owner, 'inspecting', 1);
  const photo: Photo = { ...(queue.get(1) as Photo), sha256: inspectedPhoto(1).sha256 };
  const slots = createSlots(1);
  const signal = new AbortController().signal;
  // On a slow line this takes longer than a grant is good for.
  const line = deferred<undefined>();
  const before = slots.use('small', signal, () => line.promise);

  const [first, second] = [testGrant('http://127.0.0.1:1'), testGrant('http://127.0.0.1:1')];
  let inForce = first;
  const used: Grant[] = [];
  const store = {
    put: (grant: Grant) => {
      used.push(grant);
      return Promise.resolve('stored' as const);
    },
  };
  const sent = send(
    photo,
    first,
    { store: store as never, ledger: queue.ledger, slots, grant: () => Promise.resolve(inForce) },
    quiet(signal),
  );
  inForce = second;
  line.resolve(undefined);
  await Promise.all([before, sent]);
  expect(used).toHaveLength(1);
  expect(used[0]).toBe(second);
});

it('a photo without the digest that its store verifies is read once more, and not sent', async () => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1)]);
  queue.claim(owner, 'inspecting', 1);
  const photo: Photo = { ...(queue.get(1) as Photo), sha256: inspectedPhoto(1).sha256 };
  const grant = testGrant('http://127.0.0.1:1', { checksum: 'MD5' });
  const refuse = (): never => {
    throw new Error('sent');
  };
  const move = await send(
    photo,
    grant,
    {
      store: { put: refuse } as never,
      ledger: queue.ledger,
      slots: createSlots(1),
      grant: () => Promise.resolve(grant),
    },
    quiet(),
  );
  expect(move.event).toEqual({ type: 'restarted', reason: 'ready', nextTryAt: 0, strike: false });
});

it.each([
  ['refuses', 0, { type: 'restarted', reason: 'checksum_mismatch', nextTryAt: 0, strike: true }],
  [
    'answers of another photo',
    0,
    { type: 'restarted', reason: 'checksum_mismatch', nextTryAt: 0, strike: true },
  ],
  ['refuses', 2, { type: 'blocked', reason: 'rejected' }],
])('a photo that the library %s is not done (strikes: %i)', async (what, strikes, event) => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1)]);
  const { sha256 } = inspectedPhoto(1);
  const photo: Photo = { ...(queue.get(1) as Photo), sha256, strikes };
  const answer =
    what === 'refuses'
      ? { sha256, status: 'rejected' as const, code: 'object_missing' }
      : { sha256: 'f'.repeat(64), status: 'stored' as const, photoId: 'p' };
  const backend = { confirm: () => Promise.resolve([answer]) };
  const [move] = await confirm([photo], { backend, ledger: queue.ledger }, new AbortController().signal);
  expect(move?.event).toEqual(event);
});

it('a photo that the library has is done, but not when its file has changed since it was inspected', async () => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1), newPhoto(2)]);
  const folder = tempDir();
  const [same, changed] = [1, 2].map((id): Photo => {
    const file = writeFile(path.join(folder, `${id}.jpg`), 'as inspected');
    const { sha256 } = inspectedPhoto(id);
    return { ...(queue.get(id) as Photo), path: file, stat: statOf(file), sha256, step: 'checking' };
  }) as [Photo, Photo];
  fs.writeFileSync(changed.path, 'edited since');
  fs.utimesSync(changed.path, 1, 1);
  const backend = {
    lookup: (hashes: readonly string[]) =>
      Promise.resolve(hashes.map((sha256) => ({ sha256, photoId: 'p', fileName: 'a.jpg' }))),
  };
  const moves = await check([same, changed], owner, { backend, queue }, new AbortController().signal);
  expect(moves.map(({ id, event }) => [id, event])).toEqual([
    [1, { type: 'stored' }],
    [2, { type: 'restarted', reason: 'file_changed', nextTryAt: 0, strike: false }],
  ]);
});

it.each([
  [100, { type: 'advanced', to: 'confirming' }],
  [99, { type: 'blocked', reason: 'too_large' }],
])('a photo of 100 bytes where the library takes %i', async (maxBytes, event) => {
  const { queue } = openQueue();
  queue.add(owner, [newPhoto(1, 100)]);
  const photo: Photo = { ...(queue.get(1) as Photo), sha256: inspectedPhoto(1).sha256 };
  const grant = testGrant('http://127.0.0.1:1', { maxBytes });
  let sent = 0;
  const store = {
    put: () => {
      sent++;
      return Promise.resolve('stored' as const);
    },
  };
  const move = await send(
    photo,
    grant,
    {
      store: store as never,
      ledger: queue.ledger,
      slots: createSlots(1),
      grant: () => Promise.resolve(grant),
    },
    quiet(),
  );
  expect([move.event, sent]).toEqual([event, event.type === 'advanced' ? 1 : 0]);
});
