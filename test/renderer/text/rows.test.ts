import { describe, expect, it } from 'vitest';
import { blockReasons, waitReasons, type RowState } from '../../../preload/contract/model.ts';
import { rowText, typeText } from '../../../renderer/text/rows.ts';

const now = 1_700_000_000_000;
const say = (state: RowState, held = false): string => {
  const { title, detail } = rowText({ state, held, size: 1000, bytesSent: 429 }, now);
  return `${title} | ${detail}`;
};

describe('a row explains itself', () => {
  it('says why it waits and when it tries next', () => {
    expect(say({ kind: 'waiting', step: 'sending', reason: 'network', nextTryAt: now + 11_200 })).toBe(
      'Waiting | The connection broke off. Next try in 12 s.',
    );
    expect(say({ kind: 'waiting', step: 'sending', reason: 'network', nextTryAt: now - 5 })).toBe(
      'Waiting | The connection broke off. Trying again now.',
    );
    expect(say({ kind: 'waiting', step: 'sending', reason: 'ready', nextTryAt: null })).toBe(
      'Waiting | Its turn comes by itself.',
    );
    expect(say({ kind: 'waiting', step: 'sending', reason: 'ready', nextTryAt: null }, true)).toMatch(
      /^Paused/,
    );
  });

  it('names the photo that a copy waits for', () => {
    const state = {
      kind: 'waiting',
      step: 'checking',
      reason: 'copy_on_its_way',
      nextTryAt: null,
      waitsFor: 'IMG_1.jpg',
    } as const;
    expect(say(state)).toBe('Waiting | For IMG_1.jpg, which is the same photo.');
    expect(say(state, true)).toMatch(/^Paused/);
  });

  it('says how far it is, and what it is the same as', () => {
    expect(say({ kind: 'active', step: 'sending' })).toBe('Uploading | 42%');
    expect(say({ kind: 'done', duplicateOf: 'IMG_1.HEIC' })).toBe(
      'Already in the library | Same as IMG_1.HEIC',
    );
  });

  it.each(waitReasons)('has a sentence and no code for waiting: %s', (reason) => {
    const text = say({ kind: 'waiting', step: 'sending', reason, nextTryAt: null });
    expect(text).toMatch(/^Waiting \| [A-Z].*\.$/);
    expect(text).not.toMatch(/_/);
  });

  it.each(blockReasons)('has a sentence and a next step for blocked: %s', (reason) => {
    const { title, detail } = rowText(
      { state: { kind: 'blocked', reason }, held: false, size: 1, bytesSent: 0 },
      now,
    );
    expect(title).toBe('Needs attention');
    expect(detail.match(/[A-Z][^.]+\./g)?.length).toBeGreaterThanOrEqual(2);
    expect(detail).not.toMatch(/_/);
  });
});

it('names a type by content first, by extension where content has no common name', () => {
  expect(typeText({ contentType: 'image/jpeg', fileName: 'really-a-jpeg.png' })).toBe('JPEG');
  expect(typeText({ contentType: 'image/x-nikon-nef', fileName: 'DSC_1.nef' })).toBe('NEF');
  expect(typeText({ contentType: 'application/octet-stream', fileName: 'noextension' })).toBe('');
});
