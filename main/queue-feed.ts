/**
 * The window's figures of the queue, sent while somebody can see them.
 *
 * Each makes the page ask for its rows and draw them, several times a second while photos go up. A window that is hidden
 * or minimised is known here; one that others cover only to its page, which tells. What was held back is sent as soon as
 * the window is in sight again.
 */
import type { BrowserWindow } from 'electron';
import type { Summary } from '../preload/contract/model.ts';

export interface QueueFeed {
  /** The latest figures. */
  push(summary: Summary): void;
  /** What the page says: whether it can be seen. */
  watched(visible: boolean): void;
  /** From now on it is this window. A page that was just loaded can be seen until it says otherwise. */
  follow(window: Pick<BrowserWindow, 'isDestroyed' | 'isVisible' | 'isMinimized' | 'on'>): void;
}

export function createQueueFeed(send: (summary: Summary) => void): QueueFeed {
  let isInSight = (): boolean => false;
  let isWatched = true;
  let heldBack: Summary | null = null;
  const catchUp = (): void => {
    if (heldBack === null || !isWatched || !isInSight()) return;
    const summary = heldBack;
    heldBack = null;
    send(summary);
  };
  return {
    push: (summary) => {
      heldBack = summary;
      catchUp();
    },
    watched: (visible) => {
      isWatched = visible;
      catchUp();
    },
    follow: (window) => {
      isWatched = true;
      isInSight = () => !window.isDestroyed() && window.isVisible() && !window.isMinimized();
      window.on('show', catchUp);
      window.on('restore', catchUp);
    },
  };
}
