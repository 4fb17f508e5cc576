import { expect, it } from 'vitest';
import { createSettings } from '../../../main/queue/settings.ts';
import { openQueue, owner } from '../../support/queue.ts';

it('keeps which checksum an owner’s store verifies, until the owner is forgotten', () => {
  const { db } = openQueue().database;
  const settings = createSettings(db);
  expect(settings.checksum(owner)).toBeNull();
  settings.setChecksum(owner, 'SHA256');
  settings.setChecksum(owner, 'MD5');
  settings.setChecksum('bob', 'SHA256');
  expect([createSettings(db).checksum(owner), settings.checksum('bob')]).toEqual(['MD5', 'SHA256']);
  settings.forget(owner);
  expect([settings.checksum(owner), settings.checksum('bob')]).toEqual([null, 'SHA256']);
});

it('keeps who has paused everything, each owner alone, until the owner is forgotten', () => {
  const { db } = openQueue().database;
  const settings = createSettings(db);
  expect(settings.paused(owner)).toBe(false);
  for (const who of [owner, owner, 'bob']) settings.setPaused(who, true);
  settings.setPaused('bob', false);
  const again = createSettings(db);
  expect([again.paused(owner), again.paused('bob')]).toEqual([true, false]);
  again.forget(owner);
  expect(settings.paused(owner)).toBe(false);
});
