import { describe, expect, it } from 'vitest';
import { isBusy, taskbarProgress, trayLook } from '../../../main/desktop/look.ts';
import { makeSummary } from '../../renderer/support/scenarios.ts';

const running = { kind: 'running' } as const;
const going = makeSummary({ waiting: 3, done: 1 }, { running: true });
const offline = makeSummary({ waiting: 3, done: 1 }, { running: true, paused: 'offline' });
const paused = makeSummary({ waiting: 3, done: 1 }, { running: true, paused: 'user' });
const done = makeSummary({ done: 4 });
const left = makeSummary({ done: 3, attention: 1 });

describe('outside the window', () => {
  it('the tray says what counts most', () => {
    expect([null, done, left, going, offline, paused].map(trayLook)).toEqual([
      'idle',
      'idle',
      'attention',
      'busy',
      'paused',
      'paused',
    ]);
    // Paused although there is nothing to do: that is what the next photo will meet.
    expect(trayLook(makeSummary({}, { paused: 'user' }))).toBe('paused');
    expect(trayLook({ ...going, attention: { count: 2, bytes: 0 } })).toBe('busy');
  });

  it('a walk that has found nothing yet counts as busy', () => {
    const intake = { id: 1, running: true, found: 0, queued: 0, skipped: [], examples: [] };
    expect(isBusy(makeSummary({}, { intake }))).toBe(true);
    expect(isBusy(makeSummary({}, { intake: { ...intake, running: false } }))).toBe(false);
  });

  it('the taskbar has the share of the bytes while something goes on', () => {
    expect(taskbarProgress(going, running)).toEqual({ value: 0.25, mode: 'normal' });
    expect(taskbarProgress(offline, running)).toEqual({ value: 0.25, mode: 'paused' });
    expect(taskbarProgress(done, running).value).toBe(-1);
    expect(taskbarProgress(left, running).value).toBe(-1);
    expect(taskbarProgress(null, { kind: 'starting' }).value).toBe(-1);
    expect(taskbarProgress(going, { kind: 'failed' })).toEqual({ value: 1, mode: 'error' });
    // Files without a byte count by their number.
    const none = { count: 4, bytes: 0 };
    expect(taskbarProgress({ ...going, all: none, done: { count: 1, bytes: 0 } }, running).value).toBe(0.25);
  });
});
