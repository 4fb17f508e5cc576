/**
 * The row that the keyboard is at, and what keys and clicks select.
 *
 * [Note: The cursor is a row] The list itself keeps the focus, and names the row that the keys are at
 * (`aria-activedescendant`), so nothing is lost when rows come, go or scroll away. The cursor follows its row while
 * that is among the loaded ones; if it is gone, the row that has come to its place takes over.
 */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { View } from '../../preload/contract/model.ts';
import type { QueueList } from '../state/queue-list.ts';
import type { SelectionStore } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { language } from '../text/language.ts';

/** What is selected once the row at the cursor is known. */
type Intent = 'one' | 'range' | 'add-range' | null;
interface Cursor {
  index: number;
  /** Null while the row is not here yet. */
  id: number | null;
  intent: Intent;
}

export interface CursorOptions {
  list: QueueList;
  selection: SelectionStore;
  /** How far a key goes: by a line, by a page; and whether there are photos to the sides. */
  steps: { row: number; page: number; sideways: boolean };
  scrollTo: (index: number) => void;
  /** Delete was pressed. */
  onRemove: () => void;
  /** Enter was pressed, or a row was pressed twice. */
  onOpen: () => void;
}

export interface ListCursor {
  index: number | null;
  onKeyDown: (event: KeyboardEvent) => void;
  onRowClick: (event: MouseEvent, index: number, id: number) => void;
  selectAll: () => void;
}

export function useCursor({ list, selection, steps, scrollTo, onRemove, onOpen }: CursorOptions): ListCursor {
  const state = useStore(list);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  /** The row from which Shift selects. */
  const anchor = useRef<number | null>(null);

  const select = useCallback(
    (intent: Exclude<Intent, null>, id: number): void => {
      if (intent === 'one') {
        anchor.current = id;
        void selection.change({ kind: 'one', id, toggle: false });
      } else {
        const from = anchor.current ?? id;
        void selection.change({
          kind: 'range',
          view: viewOf(list),
          from,
          to: id,
          add: intent === 'add-range',
        });
      }
    },
    [list, selection],
  );

  useEffect(() => {
    if (cursor === null) return;
    const id = state.row(cursor.index)?.id ?? null;
    if (cursor.id === null) {
      if (id === null) return;
      setCursor({ ...cursor, id, intent: null });
      if (cursor.intent !== null) select(cursor.intent, id);
    } else if (id !== cursor.id) {
      const index = list.placeOf(cursor.id);
      if (index !== null) setCursor({ ...cursor, index });
      else if (id !== null) setCursor({ ...cursor, id });
      else if (cursor.index >= state.total && state.total > 0)
        setCursor({ index: state.total - 1, id: null, intent: null });
    }
  }, [cursor, state, list, select]);

  const toggle = (id: number): void => {
    anchor.current = id;
    void selection.change({ kind: 'one', id, toggle: true });
  };
  const goTo = (target: number, intent: Intent): void => {
    if (state.total === 0) return;
    const index = Math.min(state.total - 1, Math.max(0, target));
    const id = state.row(index)?.id ?? null;
    setCursor({ index, id, intent: id === null ? intent : null });
    if (id !== null && intent !== null) select(intent, id);
    scrollTo(index);
  };

  const selectAll = useCallback((): void => {
    void selection.change({ kind: 'all', view: viewOf(list) });
  }, [list, selection]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const command = event.ctrlKey || event.metaKey;
    const at = cursor?.index ?? -1;
    const id = cursor?.id ?? null;
    const [ahead, back] =
      language.get().direction === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const targets: Record<string, number> = {
      ArrowDown: at < 0 ? 0 : at + steps.row,
      ArrowUp: at < 0 ? 0 : at - steps.row,
      PageDown: Math.max(0, at) + steps.page,
      PageUp: at - steps.page,
      Home: 0,
      End: state.total - 1,
      ...(steps.sideways ? { [ahead]: at + 1, [back]: at - 1 } : {}),
    };
    const target = targets[event.key];
    if (target !== undefined) {
      goTo(target, event.shiftKey ? (command ? 'add-range' : 'range') : command ? null : 'one');
    } else if (event.key === ' ' && id !== null) {
      if (event.shiftKey) select('range', id);
      else toggle(id);
    } else if (command && event.key.toLowerCase() === 'a') {
      selectAll();
    } else if (event.key === 'Escape' && selection.get().count > 0) {
      void selection.change({ kind: 'none' });
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && selection.get().count > 0) {
      onRemove();
    } else if (event.key === 'Enter' && id !== null) {
      onOpen();
    } else {
      return;
    }
    event.preventDefault();
  };

  const onRowClick = (event: MouseEvent, index: number, id: number): void => {
    setCursor({ index, id, intent: null });
    const command = event.ctrlKey || event.metaKey;
    if (event.shiftKey) select(command ? 'add-range' : 'range', id);
    else if (command) toggle(id);
    else select('one', id);
    if (event.detail === 2) onOpen();
  };

  return { index: cursor?.index ?? null, onKeyDown, onRowClick, selectAll };
}

export function viewOf(list: QueueList): View {
  const { filter, sort, descending, search } = list.get();
  return { filter, sort, descending, search };
}
