import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../renderer/state/announcer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('speaks at once, then the latest word when the time has come', () => {
  const announcer = createAnnouncer(10_000, Date.now);
  const heard: string[] = [];
  announcer.subscribe(() => heard.push(announcer.get()));
  for (let n = 1; n <= 50; n += 1) {
    announcer.say(`${n} uploaded`);
    vi.advanceTimersByTime(200);
  }
  expect(heard).toEqual(['1 uploaded', '50 uploaded']);
  vi.advanceTimersByTime(60_000);
  expect(heard).toHaveLength(2);
});

it('says nothing twice', () => {
  const announcer = createAnnouncer(10_000, Date.now);
  const heard: string[] = [];
  announcer.subscribe(() => heard.push(announcer.get()));
  announcer.say('All uploaded');
  announcer.say('All uploaded');
  vi.advanceTimersByTime(30_000);
  expect(heard).toEqual(['All uploaded']);
});
