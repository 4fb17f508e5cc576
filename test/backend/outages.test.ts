import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../backend/records/database.ts';
import { createPhotoRecords } from '../../backend/records/photo-records.ts';
import type { Fault } from '../../sandbox/store/faults.ts';
import { photoOf, startRealBackend, unknownHash } from './real-backend.ts';
import type { RealBackend } from './real-backend.ts';

let backend: RealBackend;
beforeAll(async () => {
  backend = await startRealBackend();
});
afterEach(() => backend.store.faults.clear());
afterAll(() => backend.stop());

describe('while the object store fails', () => {
  const faults: Fault[] = [
    { kind: 'reset', match: { operation: 'HeadObject' } },
    { kind: 'status', status: 503, code: 'SlowDown', match: { operation: 'HeadObject' } },
    { kind: 'status', status: 403, code: 'AccessDenied', match: { operation: 'HeadObject' } },
  ];

  it('open uploads are not told of, and nobody is told that there are none', async () => {
    backend.store.faults.set([
      { kind: 'status', status: 403, code: 'AccessDenied', match: { operation: 'ListMultipartUploads' } },
    ]);
    expect(await backend.call('GET', '/v1/open-uploads')).toMatchObject({
      status: 503,
      body: { code: 'store_unavailable' },
    });
  });

  it.each(faults)(
    'a commit is refused with 503, stores nothing, and works unchanged afterwards: %o',
    async (fault) => {
      const photos = [await backend.upload(), await backend.upload()];
      const { storedPhotos: before } = (await backend.call('GET', '/v1/me')).body;
      backend.store.faults.set([fault]);
      const refused = await backend.call('POST', '/v1/photos', { json: { photos } });
      expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await backend.call('GET', '/v1/me')).body.storedPhotos).toBe(before);

      backend.store.faults.clear();
      const { body } = await backend.call('POST', '/v1/photos', { json: { photos } });
      expect(body.photos.map(({ status }: { status: string }) => status)).toEqual(['stored', 'stored']);
    },
  );

  it('a photo that is recorded already is still answered: the store need not be asked', async () => {
    const photo = await backend.upload();
    await backend.call('POST', '/v1/photos', { json: { photos: [photo] } });
    backend.store.faults.set(faults);
    const { body } = await backend.call('POST', '/v1/photos', { json: { photos: [photo] } });
    expect(body.photos[0].status).toBe('duplicate');
  });

  it('one wrong photo does not hide that the store cannot be asked for another', async () => {
    backend.store.faults.set(faults);
    const photos = [
      { ...photoOf(unknownHash(), 5), key: 'users/other/photos/x.jpg' },
      photoOf(unknownHash(), 5),
    ];
    expect((await backend.call('POST', '/v1/photos', { json: { photos } })).status).toBe(503);
  });

  it('grants and readiness say so', async () => {
    await backend.store.stop();
    const grant = await backend.call('POST', '/v1/upload-grants');
    expect(grant).toMatchObject({ status: 503, body: { code: 'grant_unavailable' } });
    const health = await backend.call('GET', '/healthz', { token: null });
    expect(health).toMatchObject({
      status: 503,
      body: { code: 'not_ready', detail: 'Cannot reach: store.' },
    });
    expect(JSON.stringify(grant.body) + JSON.stringify(health.body)).not.toMatch(
      /ECONNREFUSED|127\.0\.0\.1|AKIA/,
    );
  });
});

describe('while sign-in is down', () => {
  it('known tokens still work, but for the name', async () => {
    await backend.cognito.stop();
    const { status, body } = await backend.call('GET', '/v1/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({ sub: backend.sub, name: null, email: null });
  });
});

describe('while the database is away', () => {
  it('calls it an outage, not a fault of the request', async () => {
    const database = await openPostgres('postgres://nobody@127.0.0.1:1/nothing', () => {});
    const records = createPhotoRecords(database);
    const outage = { code: 'records_unavailable', status: 503 };
    await expect(records.find('somebody', [unknownHash()])).rejects.toMatchObject(outage);
    await expect(records.add('somebody', [])).rejects.toMatchObject(outage);
    await expect(records.ping()).rejects.toMatchObject(outage);
    await database.close();
  });
});
