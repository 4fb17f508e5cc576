/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/click-events-have-key-events --
   The layout of a real table cannot leave rows out; and keys go to the grid, which keeps the focus. */
/** The list of photos: only the rows on screen exist, whatever the length of the queue. */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { QueueList } from '../state/queue-list.ts';
import type { SelectionStore } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { emptyFilterText, rowNameText } from '../text/rows.ts';
import { nothingFoundText } from '../text/finder.ts';
import { queueText } from '../text/window.ts';
import { DetailsPane } from './details-pane.tsx';
import { ProblemNote } from './parts/problem-note.tsx';
import { PhotoRowView, RowPlaceholder } from './photo-row.tsx';
import { RemovalQuestion, SelectionBar } from './selection-bar.tsx';
import { useCursor } from './use-cursor.ts';

/** Must agree with --row-height in tokens.css. */
const rowHeight = 68;
/** Rows beyond either edge that are drawn before they are seen. */
const overscan = 6;

/** Draws the rows that can be seen, and tells the list which these are. */
export function PhotoList({
  list,
  selection,
  details,
  onDetails,
}: {
  list: QueueList;
  selection: SelectionStore;
  /** Whether the details pane is open. */
  details: boolean;
  onDetails: (open: boolean) => void;
}): ReactElement {
  const state = useStore(list);
  const scroller = useRef<HTMLDivElement>(null);
  const [removing, setRemoving] = useState(false);
  const cursorPlace = useRef<number | null>(null);
  const virtual = useVirtualizer({
    count: state.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    // The list names the row at the cursor, so that one is always there.
    rangeExtractor: (range: Range) => {
      const rows = defaultRangeExtractor(range);
      const place = cursorPlace.current;
      return place === null || place >= range.count || rows.includes(place) ? rows : [...rows, place];
    },
  });
  const items = virtual.getVirtualItems();
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    list.show(Math.max(0, first - overscan), Math.max(0, Math.min(state.total - 1, last + overscan)));
  }, [list, first, last, state.total]);
  const { search } = state;
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [search]);

  const remove = (): void => {
    void selection.refresh();
    setRemoving(true);
  };
  const cursor = useCursor({
    list,
    selection,
    steps: { row: 1, page: Math.max(1, last - first) },
    scrollTo: (index) => {
      virtual.scrollToIndex(index);
    },
    onRemove: remove,
    onOpen: () => {
      onDetails(true);
    },
  });
  useEffect(() => {
    cursorPlace.current = cursor.index;
  }, [cursor.index]);

  // A row's button can vanish with the press on it; the list is then the place to carry on from.
  const keepFocus = (): void => {
    scroller.current?.focus({ preventScroll: true });
  };

  if (state.loaded && state.total === 0) {
    return (
      <p className="list-empty dim" data-testid="list-empty">
        {search.trim() === '' ? emptyFilterText(state.filter) : nothingFoundText(search)}
      </p>
    );
  }
  const current = cursor.index === null ? null : state.row(cursor.index);
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
      <div className="list-area">
        <div
          className="list"
          ref={scroller}
          role="grid"
          tabIndex={0}
          aria-label={queueText.list}
          aria-multiselectable="true"
          aria-rowcount={state.total}
          aria-activedescendant={current === null ? undefined : rowElementId(current.id)}
          onKeyDown={cursor.onKeyDown}
        >
          <div className="list-rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = state.row(item.index);
              return (
                <div
                  className="list-slot"
                  key={item.key}
                  role="row"
                  id={row === null ? undefined : rowElementId(row.id)}
                  aria-label={row === null ? queueText.loading : rowNameText(row)}
                  aria-rowindex={item.index + 1}
                  aria-selected={row?.selected ?? false}
                  data-cursor={cursor.index === item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  onClick={(event) => {
                    if (row !== null) cursor.onRowClick(event, item.index, row.id);
                  }}
                >
                  <div className="list-cell" role="gridcell">
                    {row === null ? <RowPlaceholder /> : <PhotoRowView row={row} keepFocus={keepFocus} />}
                  </div>
                </div>
              );
            })}
          </div>
        </div>
        {details ? (
          <DetailsPane
            id={current?.id ?? null}
            onClose={() => {
              onDetails(false);
              keepFocus();
            }}
          />
        ) : null}
      </div>
      <SelectionBar
        selection={selection}
        total={state.total}
        onAll={() => {
          cursor.selectAll();
          keepFocus();
        }}
        onRemove={remove}
      />
      <RemovalQuestion selection={selection} isOpen={removing} onOpenChange={setRemoving} />
    </>
  );
}

const rowElementId = (id: number): string => `photo-${id}`;
