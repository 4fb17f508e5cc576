/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus --
   The layout of a real table cannot leave rows out; and keys go to the grid, which keeps the focus. */
/** The list of photos: only the rows on screen exist, whatever the length of the queue. */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { Button } from 'react-aria-components/Button';
import type { PhotoRow } from '../../preload/contract/model.ts';
import type { ListState, QueueList } from '../state/queue-list.ts';
import type { SelectionStore } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { emptyFilterText, rowNameText } from '../text/rows.ts';
import { nothingFoundText } from '../text/finder.ts';
import { queueText } from '../text/window.ts';
import { DetailsPane } from './details-pane.tsx';
import { ProblemNote } from './parts/problem-note.tsx';
import { PhotoRowView, RowPlaceholder } from './photo-row.tsx';
import { PhotoTile, TilePlaceholder } from './photo-tile.tsx';
import { RemovalQuestion, SelectionBar } from './selection-bar.tsx';
import { useCursor, type ListCursor } from './use-cursor.ts';

/** Pictures side by side, or a line for each photo. */
export const layouts = ['list', 'grid'] as const;
export type Layout = (typeof layouts)[number];

/** These must agree with tokens.css, in pixels. */
const rowHeight = 68;
const tileHeight = 196;
const leastTileWidth = 164;
/** Rows beyond either edge that are drawn before they are seen. */
const overscan = 6;

/** Draws the rows that can be seen, and tells the list which these are. */
export function PhotoList({
  list,
  selection,
  layout,
  details,
  onDetails,
}: {
  list: QueueList;
  selection: SelectionStore;
  layout: Layout;
  /** Whether the details pane is open. */
  details: boolean;
  onDetails: (open: boolean) => void;
}): ReactElement {
  const state = useStore(list);
  const scroller = useRef<HTMLDivElement>(null);
  const [removing, setRemoving] = useState(false);
  const cursorPlace = useRef<number | null>(null);
  const width = useWidth(scroller);
  const columns = layout === 'list' ? 1 : Math.max(1, Math.floor(width / leastTileWidth));
  const virtual = useVirtualizer({
    count: Math.ceil(state.total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => (layout === 'list' ? rowHeight : tileHeight),
    overscan,
    // The list names the photo at the cursor, so that one is always there.
    rangeExtractor: (range: Range) => {
      const lines = defaultRangeExtractor(range);
      if (cursorPlace.current === null) return lines;
      const line = Math.floor(cursorPlace.current / columns);
      return line >= range.count || lines.includes(line) ? lines : [...lines, line];
    },
  });
  const firstLine = virtual.range?.startIndex ?? 0;
  const lastLine = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    const first = (firstLine - overscan) * columns;
    const last = (lastLine + overscan + 1) * columns - 1;
    list.show(Math.max(0, first), Math.max(0, Math.min(state.total - 1, last)));
  }, [list, firstLine, lastLine, columns, state.total]);
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
    steps: { row: columns, page: Math.max(1, lastLine - firstLine) * columns, sideways: layout === 'grid' },
    scrollTo: (index) => {
      virtual.scrollToIndex(Math.floor(index / columns));
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

  if (state.settled && state.total === 0) {
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
          aria-busy={!state.settled}
          aria-multiselectable="true"
          aria-rowcount={Math.ceil(state.total / columns)}
          data-layout={layout}
          aria-activedescendant={current === null ? undefined : cellId(current.id)}
          onKeyDown={cursor.onKeyDown}
        >
          <div className="list-rows" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((line) => (
              <Line
                key={line.key}
                line={line.index}
                top={line.start}
                columns={columns}
                layout={layout}
                state={state}
                cursor={cursor}
                keepFocus={keepFocus}
              />
            ))}
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

interface LineProps {
  line: number;
  /** Pixels. */
  top: number;
  columns: number;
  layout: Layout;
  state: ListState;
  cursor: ListCursor;
  keepFocus: () => void;
}

/** A row of the list, or one of the grid with several photos. */
function Line({ line, top, columns, layout, state, cursor, keepFocus }: LineProps): ReactElement {
  const first = line * columns;
  const places = Array.from({ length: Math.min(columns, state.total - first) }, (_, n) => first + n);
  return (
    <div
      className={layout === 'list' ? 'list-slot' : 'list-slot grid-line'}
      role="row"
      aria-rowindex={line + 1}
      style={{ transform: `translateY(${top}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {places.map((place) => {
        const row = state.row(place);
        return (
          <div
            key={place}
            className="list-cell"
            role="gridcell"
            id={row === null ? undefined : cellId(row.id)}
            aria-label={row === null ? queueText.loading : rowNameText(row)}
            aria-selected={row?.selected ?? false}
            data-cursor={cursor.index === place}
            onClick={(event) => {
              if (row !== null) cursor.onRowClick(event, place, row.id);
            }}
          >
            <Photo row={row} layout={layout} keepFocus={keepFocus} />
          </div>
        );
      })}
    </div>
  );
}

function Photo({
  row,
  layout,
  keepFocus,
}: {
  row: PhotoRow | null;
  layout: Layout;
  keepFocus: () => void;
}): ReactElement {
  if (layout === 'list') {
    return row === null ? <RowPlaceholder /> : <PhotoRowView row={row} keepFocus={keepFocus} />;
  }
  return row === null ? <TilePlaceholder /> : <PhotoTile row={row} />;
}

/** The width of an element, pixels; 0 until it is measured. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => {
      setWidth(target.clientWidth);
    });
    observer.observe(target);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return width;
}

const cellId = (id: number): string => `photo-${id}`;
