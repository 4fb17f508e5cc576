/**
 * The whole engine against both stores: the sandbox's own, which verifies SHA-256, and a Ceph RADOS Gateway where that
 * is installed, which verifies MD5 and completes uploads in parts over what is there. The gates before store and backend
 * see every request, and hold or damage some; all else is real.
 */
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../main/lib/clock.ts';
import { createBackendClient, type BackendClient } from '../../main/upload/backend-client.ts';
import { noise, sha256, writeFile } from '../support/files.ts';
import type { GateRequest } from '../support/http-gate.ts';
import { objectStores } from '../support/object-stores.ts';
import { writePhoto } from '../support/photo-files.ts';
import { tempDir } from '../support/temp-dir.ts';
import { TestEngine } from '../support/test-engine.ts';
import { openGatedSandbox, subOf, type GatedSandbox } from '../support/test-sandbox.ts';

const mebibyte = 1024 ** 2;
/** Stores refuse what is signed by a clock that is 15 minutes off. */
const hoursOff = 2 * 3_600_000;
const largeBytes = 41 * mebibyte + 1;
/** Of such a file, at 8 MiB each. */
const everyPart = new Set([1, 2, 3, 4, 5, 6]);

describe.each(objectStores('the suite of the engine'))('the engine and the %s store', (objectStore) => {
  let sandbox: GatedSandbox;
  let backend: BackendClient;
  beforeAll(async () => {
    sandbox = await openGatedSandbox(objectStore);
    backend = createBackendClient({
      apiUrl: sandbox.apiUrl,
      token: () => sandbox.token('demo'),
      fetch,
      signal: new AbortController().signal,
    });
  }, 120_000);
  afterAll(() => sandbox.stop());

  /** Every photo that an engine took in, by its hash: what must be in the store at the end, and nothing else. */
  const accepted = new Map<string, string>();
  let seed = objectStore === 'ceph' ? 60_000 : 50_000;
  const engines = new Set<TestEngine>();
  beforeEach(() => {
    sandbox.storeGate.begin();
    sandbox.backendGate.begin();
  });
  afterEach(async () => {
    sandbox.storeGate.release();
    await Promise.all([...engines].map((engine) => engine.stop()));
    engines.clear();
  });

  const newEngine = async (userDataDir = tempDir(), clock: Clock = systemClock): Promise<TestEngine> => {
    const engine = await new TestEngine(sandbox, userDataDir, 'demo', clock).open();
    engines.add(engine);
    return engine;
  };
  const accept = (content: Buffer, extension = 'jpg'): Buffer => {
    accepted.set(sha256(content), `users/${subOf('demo')}/photos/${sha256(content)}.${extension}`);
    return content;
  };
  const keyOf = (content: Buffer): string => accepted.get(sha256(content)) ?? '';
  async function album(count: number): Promise<{ folder: string; contents: Buffer[] }> {
    const folder = tempDir();
    const contents: Buffer[] = [];
    while (contents.length < count) {
      const file = path.join(folder, `${String(contents.length).padStart(3, '0')}.jpg`);
      contents.push(accept(await writePhoto(file, seed++)));
    }
    return { folder, contents };
  }
  function video(): { file: string; content: Buffer } {
    const content = noise(largeBytes, seed++);
    content.write('\0\0\0\x18ftypmp42', 0, 'latin1');
    return { file: writeFile(path.join(tempDir(), 'long.mp4'), content), content: accept(content, 'mp4') };
  }

  const partNumberOf = ({ method, url }: GateRequest): number | null => {
    const number = new URL(url, 'http://store').searchParams.get('partNumber');
    return method === 'PUT' && number !== null ? Number(number) : null;
  };
  const isPut = (request: GateRequest): boolean => request.method === 'PUT' && partNumberOf(request) === null;
  const isAbort = ({ method, url }: GateRequest): boolean => method === 'DELETE' && url.includes('uploadId=');
  const partsSeen = (): GateRequest[] =>
    sandbox.storeGate.requests.filter((request) => partNumberOf(request) !== null);
  const arrived = (): GateRequest[] => partsSeen().filter(({ status }) => status === 200);
  /** Lets that many parts through and holds the others; resolves when the store has those. */
  async function untilPartsArrived(count: number, send: () => unknown): Promise<void> {
    let passed = 0;
    sandbox.storeGate.begin((request) =>
      partNumberOf(request) !== null && ++passed > count ? 'hold' : 'pass',
    );
    await send();
    await sandbox.storeGate.until(() => arrived().length === count && sandbox.storeGate.held > 0);
  }
  const openUploadsOf = async (content: Buffer): Promise<string[]> =>
    (await backend.openUploads())
      .filter(({ key }) => key.includes(sha256(content)))
      .map(({ uploadId }) => uploadId);
  /** The checksum of an object that is put by hand, as the backend will want to find it. */
  const checksumOf = (body: Buffer): { ContentMD5: string } | { ChecksumSHA256: string } => {
    const digest = (name: string): string => createHash(name).update(body).digest('base64');
    return objectStore === 'ceph' ? { ContentMD5: digest('md5') } : { ChecksumSHA256: digest('sha256') };
  };

  it('stores a folder, each content once', async () => {
    const engine = await newEngine();
    const { folder, contents } = await album(20);
    fs.copyFileSync(path.join(folder, '000.jpg'), path.join(folder, 'copy.jpg'));
    await engine.drop(folder);
    const summary = await engine.settled();
    expect(summary).toMatchObject({ done: { count: 21 }, duplicates: 1, attention: { count: 0 } });
    expect(sandbox.storeGate.requests.map(({ status }) => status)).toEqual(contents.map(() => 200));
  });

  it('finds what another computer has stored, and sends nothing', async () => {
    const { folder } = await album(3);
    const first = await newEngine();
    await first.drop(folder);
    await first.settled();
    sandbox.storeGate.begin();
    const other = await newEngine();
    await other.drop(folder);
    expect(await other.settled()).toMatchObject({ done: { count: 3 }, duplicates: 3 });
    expect(sandbox.storeGate.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('takes a photo that is in the store and not in the library for what it is', async () => {
    const { folder, contents } = await album(1);
    const { s3, bucket } = sandbox.owner;
    const [content = Buffer.alloc(0)] = contents;
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: keyOf(content), Body: content, ...checksumOf(content) }),
    );
    const engine = await newEngine();
    await engine.drop(folder);
    expect(await engine.settled()).toMatchObject({ done: { count: 1 }, attention: { count: 0 } });
    expect(sandbox.storeGate.requests.filter(isPut).map(({ status }) => status)).toEqual([412]);
  });

  it('sends a large file in parts, several at a time', async () => {
    const engine = await newEngine();
    const { file } = video();
    await engine.drop(file);
    expect(await engine.settled()).toMatchObject({ done: { count: 1 } });
    expect(new Set(arrived().map(partNumberOf))).toEqual(everyPart);
    expect(partsSeen()).toHaveLength(everyPart.size);
    expect(sandbox.storeGate.mostAtOnce).toBeGreaterThan(1);
  });

  it('goes on after a restart with what the store does not have yet', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir);
    const { file, content } = video();
    await untilPartsArrived(2, () => engine.drop(file));
    const before = arrived().map(partNumberOf);
    await engine.stop();
    engines.delete(engine);
    expect(await openUploadsOf(content)).toHaveLength(1);

    sandbox.storeGate.begin();
    const next = await newEngine(userDataDir);
    expect(await next.settled()).toMatchObject({ done: { count: 1 } });
    const after = partsSeen().map(partNumberOf);
    expect(new Set([...before, ...after])).toEqual(everyPart);
    expect(after).toHaveLength(everyPart.size - before.length);
  });

  it('has the store refuse bytes that changed on the way, and sends them again', async () => {
    const engine = await newEngine();
    const { folder } = await album(1);
    const { file } = video();
    let damagedPut = 0;
    let damagedPart = 0;
    sandbox.storeGate.begin((request) => {
      if (isPut(request) && ++damagedPut === 1) return 'damage';
      return partNumberOf(request) !== null && ++damagedPart === 1 ? 'damage' : 'pass';
    });
    await engine.drop(folder, file);
    expect(await engine.settled()).toMatchObject({ done: { count: 2 }, attention: { count: 0 } });
    const refused = sandbox.storeGate.requests.filter(({ status }) => status === 400);
    expect([refused.filter(isPut).length, refused.length]).toEqual([1, 2]);
  });

  it('goes on by the library’s time where this computer’s clock is wrong, and says so', async () => {
    let off = hoursOff;
    const clock: Clock = { ...systemClock, now: () => Date.now() + off };
    const engine = await newEngine(tempDir(), clock);
    await engine.drop((await album(5)).folder, video().file);
    expect(await engine.settled()).toMatchObject({ done: { count: 6 }, attention: { count: 0 } });
    expect(Math.abs(engine.summary().clockAheadMs + hoursOff)).toBeLessThan(60_000);
    const grantsAsked = sandbox.backendGate.requests.filter(({ url }) => url === '/v1/upload-grants');
    expect(grantsAsked).toHaveLength(1);
    // Not one request was refused for its time: the first reply of the backend has told.
    expect(sandbox.storeGate.requests.filter(({ status }) => status === 403)).toEqual([]);
    off = 0;
    await engine.drop((await album(5)).folder);
    expect(await engine.settled()).toMatchObject({ done: { count: 11 }, clockAheadMs: 0 });
  });

  it('aborts the upload of a file that was removed under way', async () => {
    const engine = await newEngine();
    const { file, content } = video();
    await untilPartsArrived(1, () => engine.drop(file));
    expect(await openUploadsOf(content)).toHaveLength(1);
    await engine.call['queue.remove']([engine.row('long.mp4').id]);
    await sandbox.storeGate.until(() =>
      sandbox.storeGate.requests.some((one) => isAbort(one) && one.status === 204),
    );
    expect(await openUploadsOf(content)).toEqual([]);
    accepted.delete(sha256(content));
  });

  it('aborts what an earlier run began and was never told of, and no more than that', async () => {
    const userDataDir = tempDir();
    const engine = await newEngine(userDataDir);
    const grant = await backend.grant();
    const { accessKeyId, secretAccessKey, sessionToken } = grant.credentials;
    const holder = new S3Client({
      endpoint: String(grant.endpoint),
      region: grant.region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      maxAttempts: 1,
    });
    const foreignKey = `${grant.keyPrefix}${'f'.repeat(64)}.jpg`;
    const begun = await holder.send(
      new CreateMultipartUploadCommand({ Bucket: grant.bucket, Key: foreignKey }),
    );
    // Under the grant of this person, and for nobody else.
    await expect(
      holder.send(
        new CreateMultipartUploadCommand({
          Bucket: grant.bucket,
          Key: `users/${subOf('second')}/photos/${'f'.repeat(64)}.jpg`,
        }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    holder.destroy();

    const isCreation = ({ method, url }: GateRequest): boolean =>
      method === 'POST' && url.includes('?uploads');
    let asked = 0;
    sandbox.storeGate.begin((request) => {
      if (!isCreation(request)) return 'pass';
      return ++asked === 1 ? 'lose' : 'hold';
    });
    const { file, content } = video();
    await engine.drop(file);
    await sandbox.storeGate.until(() =>
      sandbox.storeGate.requests.some((one) => isCreation(one) && one.status === 200),
    );
    await engine.stop();
    engines.delete(engine);
    expect(await openUploadsOf(content)).toHaveLength(1);

    sandbox.storeGate.release();
    sandbox.storeGate.begin();
    const later = await newEngine(userDataDir);
    await sandbox.storeGate.until(() =>
      sandbox.storeGate.requests.some((one) => isAbort(one) && one.status === 204),
    );
    await later.settled();
    expect((await backend.openUploads()).map(({ uploadId }) => uploadId)).toEqual([begun.UploadId]);
    await sandbox.owner.s3.send(
      new AbortMultipartUploadCommand({ Bucket: grant.bucket, Key: foreignKey, UploadId: begun.UploadId }),
    );
  });

  it('has in the end every accepted photo in the store, byte for byte, and nothing else', async () => {
    const objects = await sandbox.objects('demo');
    const found = new Map([...objects].map(([key, bytes]) => [sha256(bytes), key]));
    expect(objects.size).toBe(accepted.size);
    expect(found).toEqual(accepted);
    expect(await backend.openUploads()).toEqual([]);
    const known = await backend.lookup([...accepted.keys()]);
    expect(known).toHaveLength(accepted.size);
  });
});
