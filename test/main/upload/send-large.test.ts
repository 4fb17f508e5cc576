import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import fs from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../main/upload/backend-client.ts';
import { FileChanged, StoreError } from '../../../main/upload/failures.ts';
import { confirm } from '../../../main/upload/steps.ts';
import { sweepAbandoned } from '../../../main/upload/sweep.ts';
import { deferred } from '../../support/deferred.ts';
import { largePartSize, largeSize, owner, useLargePhotos } from '../../support/large-photo.ts';

const large = useLargePhotos();

describe('sendLarge', () => {
  it('sends every part once, verified by the store, and the backend proves the whole', async () => {
    const bench = await large.create();
    expect(await bench.attempt()).toEqual({ sent: largeSize, resumed: 0 });
    await bench.expectConfirmed();
    expect(await bench.openUploads()).toEqual([]);
  });

  it('takes for each part the grant that is in force then: a large file outlives many', async () => {
    const bench = await large.create();
    const used: Grant[] = [];
    const { putPart, completeUpload } = bench.store;
    bench.store.putPart = (...args) => {
      used.push(args[0]);
      return putPart(...args);
    };
    bench.store.completeUpload = (...args) => {
      used.push(args[0]);
      return completeUpload(...args);
    };
    const second = await large.backend.grant();
    await bench.attempt(undefined, () => Promise.resolve(used.length < 4 ? large.grant : second));
    expect([used.slice(0, 4), used.slice(-1)]).toEqual([Array(4).fill(large.grant), [second]]);
    expect(used.slice(4).every((one) => one === second)).toBe(true);
    await bench.expectConfirmed();
  });

  it('goes on after a restart without sending a byte twice that the store has', async () => {
    const bench = await large.create();
    await large.sandbox.faults({
      kind: 'status',
      status: 500,
      code: 'InternalError',
      match: { operation: 'CompleteMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toMatchObject({ code: 'InternalError' });
    const next = bench.restart();
    expect(await next.attempt()).toEqual({ sent: 0, resumed: largeSize });
    await next.expectConfirmed();
  });

  it('sends nothing again that was completed when it died before the row could be moved', async () => {
    const bench = await large.create();
    await bench.attempt();
    const next = bench.restart();
    expect(await next.attempt()).toEqual({ sent: 0, resumed: 0 });
    await next.expectConfirmed();
  });

  it('sends all of it again when the library finds that it was not completed after all', async () => {
    const bench = await large.create();
    await bench.attempt();
    const key = `${large.grant.keyPrefix}${bench.photo.sha256}.mp4`;
    const { s3, bucket } = large.sandbox.owner;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const next = bench.restart();
    await next.attempt();
    const [move] = await confirm(
      [{ ...next.photo, objectKey: key }],
      { backend: large.backend, ledger: next.queue.ledger },
      new AbortController().signal,
    );
    expect(move?.event).toMatchObject({ type: 'restarted', reason: 'checksum_mismatch' });
    expect((await next.attempt()).sent).toBe(largeSize);
    await next.expectConfirmed();
  });

  it('sends only what is missing after it was cut off in the middle', async () => {
    const bench = await large.create();
    const cut = new AbortController();
    const { putPart } = bench.store;
    let arrived = 0;
    bench.store.putPart = async (...args) => {
      const eTag = await putPart(...args);
      if (++arrived === 2) cut.abort();
      return eTag;
    };
    await expect(bench.attempt(cut.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const next = bench.restart();
    const { sent, resumed } = await next.attempt();
    expect(sent + resumed).toBe(largeSize);
    expect(resumed).toBeGreaterThanOrEqual(2 * largePartSize);
    await next.expectConfirmed();
  });

  it('lets the parts arrive that are on their way when one fails, and begins no other', async () => {
    const bench = await large.create();
    const { putPart } = bench.store;
    const begun: number[] = [];
    const threeUnderWay = deferred<undefined>();
    bench.store.putPart = async (...args) => {
      const [, , , { number }] = args;
      begun.push(number);
      if (begun.length === 3) threeUnderWay.resolve(undefined);
      await threeUnderWay.promise;
      if (number === 1) throw new StoreError(503, 'SlowDown', '1', null);
      // After the failure of the first.
      await nextTurn();
      return putPart(...args);
    };
    await expect(bench.attempt()).rejects.toMatchObject({ code: 'SlowDown' });
    expect(begun).toEqual([1, 2, 3]);
    const next = bench.restart();
    expect(await next.attempt()).toEqual({ sent: largeSize - 2 * largePartSize, resumed: 2 * largePartSize });
    await next.expectConfirmed();
  });

  it('ends all parts when the file is another one by now', async () => {
    const bench = await large.create();
    bench.store.putPart = async (_grant, _request, _uploadId, { number }, { signal }) => {
      if (number === 1) throw new FileChanged('stat_differs');
      // For ever, but for the signal.
      await once(signal, 'abort');
      throw signal.reason;
    };
    await expect(bench.attempt()).rejects.toThrow(FileChanged);
  });

  it('believes the store, not its notes: a part with other bytes is sent again', async () => {
    const bench = await large.create();
    const { store, queue, photo } = bench;
    const signal = new AbortController().signal;
    const request = {
      ...photo,
      key: `${large.grant.keyPrefix}${photo.sha256}.mp4`,
      sha256: String(photo.sha256),
    };
    const { uploadId } = await queue.ledger.begin(photo, request.key, () =>
      store.createUpload(large.grant, request, signal),
    );
    const [first, second] = queue.ledger.parts(photo.id);
    // Part 1 filled with the bytes of part 2.
    const wrong = { ...second!, number: 1, range: { offset: largePartSize, length: largePartSize } };
    await store.putPart(large.grant, request, uploadId, wrong, { signal, onBytes: () => undefined });
    queue.ledger.sent(photo.id, 1, String(first!.eTag));
    expect(await bench.attempt()).toEqual({ sent: largeSize, resumed: 0 });
    await bench.expectConfirmed();
  });

  it('takes a lost reply to the last request for what it is', async () => {
    const bench = await large.create();
    await large.sandbox.faults({
      kind: 'lostReply',
      match: { operation: 'CompleteMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toThrow();
    const next = bench.restart();
    expect((await next.attempt()).sent).toBe(0);
    await next.expectConfirmed();
  });

  it('starts over when the store has dropped the upload', async () => {
    const bench = await large.create();
    // One of them may meet the connection that began the upload, and is tried again for free.
    await large.sandbox.faults({ kind: 'reset', match: { operation: 'UploadPart' }, times: 2 });
    await expect(bench.attempt()).rejects.toThrow();
    const [uploadId] = await bench.openUploads();
    const key = `${large.grant.keyPrefix}${bench.photo.sha256}.mp4`;
    await bench.store.abortUpload(large.grant, key, String(uploadId), new AbortController().signal);
    expect(await bench.attempt()).toEqual({ sent: largeSize, resumed: 0 });
    await bench.expectConfirmed();
  });

  it('refuses a part whose bytes were changed, and never completes', async () => {
    const bench = await large.create();
    const handle = fs.openSync(bench.file, 'r+');
    fs.writeSync(handle, 'other bytes', largeSize - largePartSize);
    fs.closeSync(handle);
    await expect(bench.attempt()).rejects.toBeInstanceOf(FileChanged);
    expect([...(await large.sandbox.objects('demo')).keys()].join()).not.toContain(
      String(bench.photo.sha256),
    );
  });

  it('leaves an object alone that somebody else completed meanwhile, and frees its own parts', async () => {
    const bench = await large.create();
    await bench.attempt();
    const again = await large.create();
    fs.copyFileSync(bench.file, again.file);
    const other = await again.inspectAgain();
    expect((await other.attempt()).sent).toBe(largeSize);
    expect(other.queue.ledger.abandoned(owner)).toHaveLength(1);
    await sweepAbandoned(other.sweepDeps);
    expect(await other.openUploads()).toEqual([]);
  });
});
