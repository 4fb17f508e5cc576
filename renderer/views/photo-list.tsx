/** The list of photos: only the rows on screen exist, whatever the length of the queue. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { QueueList } from '../state/queue-list.ts';
import { useStore } from '../state/store.ts';
import { emptyFilterText } from '../text/rows.ts';
import { queueText } from '../text/window.ts';
import { ProblemNote } from './parts/problem-note.tsx';
import { PhotoRowView, RowPlaceholder } from './photo-row.tsx';

/** Must agree with --row-height in tokens.css. */
const rowHeight = 68;

/** Draws the rows that can be seen, and tells the list which these are. */
export function PhotoList({ list }: { list: QueueList }): ReactElement {
  const state = useStore(list);
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: state.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    list.show(first, last);
  }, [list, first, last]);

  // A row's button can vanish with the press on it; the list is then the place to carry on from.
  const keepFocus = (): void => {
    scroller.current?.focus({ preventScroll: true });
  };

  if (state.loaded && state.total === 0) {
    return <p className="list-empty dim">{emptyFilterText(state.filter)}</p>;
  }
  return (
    <>
      {state.problem === null ? null : (
        <div className="list-problem">
          <ProblemNote problem={state.problem} />
          <Button className="button" onPress={list.reload}>
            {queueText.reload}
          </Button>
        </div>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard */}
      <section className="list" ref={scroller} tabIndex={0} aria-label={queueText.list}>
        <ul className="list-rows" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = state.row(item.index);
            return (
              <li
                className="list-slot"
                key={item.key}
                aria-setsize={state.total}
                aria-posinset={item.index + 1}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row === null ? <RowPlaceholder /> : <PhotoRowView row={row} keepFocus={keepFocus} />}
              </li>
            );
          })}
        </ul>
      </section>
    </>
  );
}
