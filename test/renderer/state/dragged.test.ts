import { expect, it } from 'vitest';
import { draggedOf } from '../../../renderer/state/dragged.ts';
import { draggedText } from '../../../renderer/text/flow.ts';

const files = (...types: string[]): { kind: string; type: string }[] =>
  types.map((type) => ({ kind: 'file', type }));

it.each([
  [files('image/jpeg'), '1 photo'],
  [files('image/jpeg', 'image/heic', 'video/mp4'), '2 photos, 1 video'],
  [files(''), '1 item'],
  [files('', 'application/octet-stream'), '2 items'],
  [files('image/png', '', ''), '1 photo, 2 folders or other items'],
  [files('application/pdf'), '1 file that is no photo'],
  [[...files('image/png'), { kind: 'string', type: 'text/uri-list' }], '1 photo'],
  // More than anybody could look at while the pointer moves.
  [files(...Array.from({ length: 2_001 }, () => 'image/jpeg')), '2,001 items'],
])('tells files by their number and types: %#', (items, words) => {
  const dragged = draggedOf({ types: ['Files', 'text/uri-list'], items });
  expect(dragged === null ? null : draggedText(dragged)).toBe(words);
});

it('knows what is no file', () => {
  expect(
    draggedOf({ types: ['text/uri-list', 'text/html'], items: [{ kind: 'string', type: 'text/html' }] }),
  ).toBeNull();
});
