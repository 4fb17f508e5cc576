import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../main/upload/backend-client.ts';
import { createGrants } from '../../../main/upload/grants.ts';
import { deferred } from '../../support/deferred.ts';

const minute = 60_000;

function grantUntil(expiration: number): Grant {
  return {
    bucket: 'library',
    region: 'eu-central-1',
    forcePathStyle: true,
    keyPrefix: 'users/ada/photos/',
    checksum: 'SHA256',
    maxBytes: 1e12,
    credentials: { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T', expiration },
  };
}

function setUp(lifetimeMs = 60 * minute) {
  const time = { now: 1_700_000_000_000 };
  const made: Grant[] = [];
  const grants = createGrants(
    () => {
      const grant = grantUntil(time.now + lifetimeMs);
      made.push(grant);
      return Promise.resolve(grant);
    },
    () => time.now,
  );
  return { time, made, grants };
}

describe('grants', () => {
  it('asks once for all who need one at the same time, and keeps it', async () => {
    const { time, made, grants } = setUp();
    const handed = await Promise.all(Array.from({ length: 8 }, () => grants.current()));
    expect(new Set(handed)).toEqual(new Set(made));
    time.now += 54 * minute;
    expect(await grants.current()).toBe(made[0]);
    expect(made).toHaveLength(1);
  });

  it('renews a grant five minutes before it ends', async () => {
    const { time, made, grants } = setUp();
    await grants.current();
    time.now += 55 * minute;
    const [a, b] = await Promise.all([grants.current(), grants.current()]);
    expect([a, b, made.length]).toEqual([made[1], made[1], 2]);
  });

  it('asks for another one when the store refused it, and once for all who were refused', async () => {
    const { made, grants } = setUp();
    const refused = await grants.current();
    grants.discard(refused);
    const renewed = await grants.current();
    // The second of two transfers that failed together must not throw the new one away.
    grants.discard(refused);
    expect(await grants.current()).toBe(renewed);
    expect(made).toHaveLength(2);
  });

  it('fails all who wait for a grant that is refused, and asks anew the next time', async () => {
    const first = deferred<Grant>();
    const good = grantUntil(Number.MAX_SAFE_INTEGER);
    let asked = 0;
    const grants = createGrants(
      () => (++asked === 1 ? first.promise : Promise.resolve(good)),
      () => 0,
    );
    const waiting = [grants.current(), grants.current()];
    first.reject(new Error('backend down'));
    for (const call of waiting) await expect(call).rejects.toThrow('backend down');
    expect(await grants.current()).toBe(good);
  });

  it('asks anew after a sleep, however long the last one is good', async () => {
    const { made, grants } = setUp();
    await grants.current();
    grants.renew();
    expect(await grants.current()).toBe(made[1]);
    expect(made).toHaveLength(2);
  });
});
