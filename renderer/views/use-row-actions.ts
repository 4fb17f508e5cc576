/**
 * Clicks and keys that go to a row's own buttons.
 *
 * [Note: One listener] Rows come and go with each turn of the wheel, so neither they nor their buttons listen: the list
 * does, and reads from the element that was hit which photo and which action are meant. The focus is the list's. It is
 * lent to a button by the arrow keys, and comes back when the action is done, and when the button or its row is gone.
 */
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useServices } from '../state/services.ts';
import { rowActions, type Locating, type RowAction } from './row-actions.tsx';

const buttons = 'button[data-action]';

export interface RowActionKeeper {
  /** True when the click was a button's. */
  onClick(event: MouseEvent): boolean;
  onMouseDown(event: MouseEvent): void;
  /** True when the key is not for the list's cursor. */
  onKeyDown(event: KeyboardEvent, cursorId: number | null): boolean;
  /** The row that somebody wants to show the file of. */
  locating: Locating | null;
  onLocated: () => void;
}

export function useRowActions(list: HTMLElement | null): RowActionKeeper {
  const { act } = useServices();
  const [locating, setLocating] = useState<Locating | null>(null);
  /** The row that a button of has the focus. */
  const lent = useRef<string | null>(null);

  // After every drawing: a button may have gone with the state of its photo, or become another photo's.
  useLayoutEffect(() => {
    if (lent.current === null || list === null) return;
    const active = document.activeElement;
    const isLost = active === document.body || active === null;
    if (!isLost && !list.contains(active)) return;
    if (isLost || (active !== list && idOf(active) !== lent.current)) list.focus({ preventScroll: true });
    if (document.activeElement === list) lent.current = null;
  });

  const takeBack = (): void => {
    lent.current = null;
    list?.focus({ preventScroll: true });
  };
  const lend = (button: Element | null | undefined): void => {
    if (!(button instanceof HTMLElement)) return;
    lent.current = idOf(button);
    button.focus({ preventScroll: true });
  };

  const perform = (button: HTMLElement): void => {
    const id = Number(idOf(button));
    const action = button.dataset['action'] as RowAction;
    const call = rowActions[action];
    if (call === null) {
      setLocating({ id, fileName: button.closest('article')?.ariaLabel ?? '', button });
    } else {
      takeBack();
      void act(call, [id]);
    }
  };

  return {
    locating,
    onLocated: () => {
      setLocating(null);
    },
    onMouseDown: (event) => {
      // The button stays where it is, and the keys stay with the list.
      if (!(event.target instanceof Element) || event.target.closest(buttons) === null) return;
      event.preventDefault();
      list?.focus({ preventScroll: true });
    },
    onClick: ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>(buttons) : null;
      if (button !== null) perform(button);
      return button !== null;
    },
    onKeyDown: (event, cursorId) => {
      const { key, target, currentTarget } = event;
      const isRightToLeft = getComputedStyle(currentTarget).direction === 'rtl';
      const [forward, back] = isRightToLeft ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
      if (target === currentTarget) {
        const first = currentTarget.querySelector(`[data-id="${cursorId}"] ${buttons}`);
        if (key !== forward || first === null) return false;
        lend(first);
        event.preventDefault();
        return true;
      }
      const button = target instanceof Element ? target.closest<HTMLElement>(buttons) : null;
      if (button === null) return true;
      if (key === forward) lend(button.nextElementSibling);
      else if (key === back && button.previousElementSibling !== null) lend(button.previousElementSibling);
      else if (key === back || key === 'Escape') takeBack();
      else if (/^(Arrow|Page|Home$|End$)/.test(key)) {
        takeBack();
        return false;
      }
      // A click made of a key would pass for one of a screen reader's: a menu would not take the keys at once.
      else if (key === 'Enter' || key === ' ') perform(button);
      else return true;
      event.preventDefault();
      return true;
    },
  };
}

function idOf(element: Element): string | null {
  return element.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? null;
}
