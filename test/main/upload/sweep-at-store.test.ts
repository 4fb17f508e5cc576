/** The sweep of uploads that are really open at a store. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sweepAbandoned, sweepUnanswered } from '../../../main/upload/sweep.ts';
import { largeSize, owner, useLargePhotos, type LargePhoto } from '../../support/large-photo.ts';

const large = useLargePhotos();

describe('the sweep', () => {
  /** A photo with an upload that is open at the store. */
  async function halfSent(): Promise<LargePhoto> {
    const bench = await large.create();
    await large.sandbox.faults({
      kind: 'status',
      status: 500,
      code: 'InternalError',
      match: { operation: 'CompleteMultipartUpload' },
    });
    await expect(bench.attempt()).rejects.toThrow();
    await large.sandbox.faults();
    expect(await bench.openUploads()).toHaveLength(1);
    return bench;
  }

  it('aborts the upload of a row that was removed', async () => {
    const bench = await halfSent();
    bench.queue.remove(owner, [1]);
    expect(await sweepAbandoned(bench.sweepDeps)).toBe(1);
    expect(await bench.openUploads()).toEqual([]);
    expect(await sweepAbandoned(bench.sweepDeps)).toBe(0);
  });

  it('aborts the upload of bytes that the file no longer has', async () => {
    const bench = await halfSent();
    fs.appendFileSync(bench.file, 'more');
    await bench.inspectAgain();
    expect(await sweepAbandoned(bench.sweepDeps)).toBe(1);
    expect(await bench.openUploads()).toEqual([]);
  });

  it('finds an upload whose id it was never told, and leaves those alone that are noted or not ours', async () => {
    const noted = await halfSent();
    const bench = await large.create();
    await large.sandbox.faults({
      kind: 'lostReply',
      match: { operation: 'CreateMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toThrow();
    const request = { ...bench.photo, sha256: String(bench.photo.sha256) };
    const foreign = await bench.store.createUpload(
      large.grant,
      { ...request, key: `${large.grant.keyPrefix}${'f'.repeat(64)}.mp4` },
      new AbortController().signal,
    );
    const next = bench.restart();
    expect(await next.openUploads()).toHaveLength(1);
    expect(await sweepUnanswered(next.sweepDeps)).toBe(1);
    expect(await next.openUploads()).toEqual([]);
    expect(await noted.openUploads()).toHaveLength(1);
    const left = await large.backend.openUploads();
    expect(left.map(({ uploadId }) => uploadId)).toContain(foreign);
    expect(next.queue.ledger.unanswered(owner)).toEqual([]);
  });

  it('finds it also when the next try has gone well', async () => {
    const bench = await large.create();
    await large.sandbox.faults({
      kind: 'lostReply',
      match: { operation: 'CreateMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toThrow();
    await bench.attempt();
    expect(await bench.openUploads()).toHaveLength(1);
    expect(await sweepUnanswered(bench.sweepDeps)).toBe(1);
    expect(await bench.openUploads()).toEqual([]);
    await bench.expectConfirmed();
  });

  it('leaves the upload alone that the next try has begun under the same key', async () => {
    const bench = await large.create();
    await large.sandbox.faults(
      { kind: 'lostReply', match: { operation: 'CreateMultipartUpload' }, times: 1 },
      { kind: 'status', status: 500, code: 'InternalError', match: { operation: 'CompleteMultipartUpload' } },
    );
    await expect(bench.attempt()).rejects.toThrow();
    await expect(bench.attempt()).rejects.toThrow();
    const noted = bench.queue.ledger.upload(1)?.uploadId;
    expect(await bench.openUploads()).toHaveLength(2);
    expect(await sweepUnanswered(bench.sweepDeps)).toBe(1);
    expect(await bench.openUploads()).toEqual([noted]);
    await large.sandbox.faults();
    expect(await bench.attempt()).toEqual({ sent: 0, resumed: largeSize });
    await bench.expectConfirmed();
  });

  it('keeps looking while the store is asked anew', async () => {
    const bench = await large.create();
    await large.sandbox.faults({
      kind: 'lostReply',
      match: { operation: 'CreateMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toThrow();
    const [asked] = bench.queue.ledger.unanswered(owner);
    await large.sandbox.faults({
      kind: 'lostReply',
      match: { operation: 'CreateMultipartUpload' },
      times: 1,
    });
    await expect(bench.attempt()).rejects.toThrow();
    bench.queue.ledger.answered(owner, asked!);
    expect(bench.queue.ledger.unanswered(owner)).toHaveLength(1);
    expect(await sweepUnanswered(bench.sweepDeps)).toBe(2);
  });
});
