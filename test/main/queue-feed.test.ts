import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createQueueFeed } from '../../main/queue-feed.ts';
import type { Summary } from '../../preload/contract/model.ts';
import { emptySummary } from '../../main/engine/summary.ts';

function setUp() {
  const sent: number[] = [];
  const feed = createQueueFeed((summary) => sent.push(summary.speed));
  const state = { visible: true, minimized: false };
  const window = Object.assign(new EventEmitter(), {
    isDestroyed: () => false,
    isVisible: () => state.visible,
    isMinimized: () => state.minimized,
  });
  feed.follow(window as never);
  const push = (speed: number): void => {
    feed.push({ ...emptySummary, speed } satisfies Summary);
  };
  return { feed, sent, state, window, push };
}

it('hands on what comes while the window is in sight', () => {
  const { sent, push } = setUp();
  push(1);
  push(2);
  expect(sent).toEqual([1, 2]);
});

it.each([
  ['hidden', { visible: false, minimized: false }, 'show'],
  ['minimised', { visible: true, minimized: true }, 'restore'],
])('sends nothing to a window that is %s, and the latest when it is back', (_how, out, event) => {
  const { sent, state, window, push } = setUp();
  Object.assign(state, out);
  push(1);
  push(2);
  expect(sent).toEqual([]);
  Object.assign(state, { visible: true, minimized: false });
  window.emit(event);
  expect(sent).toEqual([2]);
  window.emit(event);
  expect(sent).toEqual([2]);
});

it('sends nothing to a page that others cover, and the latest when it says that it can be seen', () => {
  const { feed, sent, push } = setUp();
  feed.watched(false);
  push(1);
  push(2);
  feed.watched(true);
  push(3);
  expect(sent).toEqual([2, 3]);
});

it('takes a new window as seen, until its page says otherwise', () => {
  const { feed, sent, window, push } = setUp();
  feed.watched(false);
  feed.follow(window as never);
  push(1);
  expect(sent).toEqual([1]);
});
