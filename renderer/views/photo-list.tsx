/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus --
   The layout of a real table cannot leave rows out; and keys go to the grid, which keeps the focus. */
/** The list of photos: only the rows on screen exist, whatever the length of the queue. */
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useState,
  type CSSProperties,
  type MouseEvent,
  type ReactElement,
} from 'react';
import { Button } from 'react-aria-components/Button';
import type { Layout, PhotoRow } from '../../preload/contract/model.ts';
import type { ListState, QueueList } from '../state/queue-list.ts';
import type { SelectionStore } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { rowNameText } from '../text/rows.ts';
import { language } from '../text/language.ts';
import { queueText } from '../text/window.ts';
import { DetailsPane } from './details-pane.tsx';
import { ListEmpty } from './list-empty.tsx';
import { ProblemNote } from './parts/problem-note.tsx';
import { PhotoRowView, RowPlaceholder } from './photo-row.tsx';
import { PhotoTile } from './photo-tile.tsx';
import { LocateMenu } from './row-actions.tsx';
import { RemovalQuestion, SelectionBar } from './selection-bar.tsx';
import { useAtRest } from './use-at-rest.ts';
import { useCursor } from './use-cursor.ts';
import { restAfterMs, useLines, type Lines } from './use-lines.ts';
import { useRowActions } from './use-row-actions.ts';

/** These must agree with tokens.css, in pixels. */
const rowHeight = 68;
const tileHeight = 196;
const leastTileWidth = 164;

/** Draws the rows that can be seen, and tells the list which these are. */
export const PhotoList = memo(function PhotoList({
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
  useStore(language);
  const state = useStore(list);
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [pattern, setPattern] = useState<HTMLElement | null>(null);
  const [removing, setRemoving] = useState(false);
  const { width, height } = useSize(scroller);
  const columns = layout === 'list' ? 1 : Math.max(1, Math.floor(width / leastTileWidth));
  const lineHeight = layout === 'list' ? rowHeight : tileHeight;
  const lines = useLines(scroller, pattern, {
    lines: Math.ceil(state.total / columns),
    lineHeight,
    viewport: height,
  });
  const { first, last } = lines;
  useEffect(() => {
    if (last >= first) list.show(first * columns, Math.min(state.total, (last + 1) * columns) - 1);
  }, [list, first, last, columns, state.total]);
  const { search } = state;
  // Pictures of what is found by half a word would keep everybody from the whole one.
  const calm = useAtRest(search, restAfterMs) && lines.calm;
  useEffect(() => {
    scroller?.scrollTo({ top: 0 });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what is found begins at its first row
  }, [scroller, search]);

  const remove = useCallback((): void => {
    void selection.refresh();
    setRemoving(true);
  }, [selection]);
  const cursor = useCursor({
    list,
    selection,
    steps: {
      row: columns,
      page: Math.max(1, Math.floor(height / lineHeight) - 1) * columns,
      sideways: layout === 'grid',
    },
    scrollTo: (index) => {
      lines.reveal(Math.floor(index / columns));
    },
    onRemove: remove,
    onOpen: () => {
      onDetails(true);
    },
  });
  const actions = useRowActions(scroller);
  // What stands around the rows is not drawn with each turn of the wheel.
  const { selectAll: selectAllRows } = cursor;
  const selectAll = useCallback((): void => {
    selectAllRows();
    scroller?.focus({ preventScroll: true });
  }, [selectAllRows, scroller]);
  const closeDetails = useCallback((): void => {
    onDetails(false);
    scroller?.focus({ preventScroll: true });
  }, [onDetails, scroller]);

  if (state.settled && state.total === 0) {
    return <ListEmpty list={list} />;
  }
  const current = cursor.index === null ? null : state.row(cursor.index);
  const onClick = (event: MouseEvent): void => {
    if (actions.onClick(event) || !(event.target instanceof Element)) return;
    const cell = event.target.closest<HTMLElement>('[data-id]');
    if (cell !== null) cursor.onRowClick(event, Number(cell.dataset['place']), Number(cell.dataset['id']));
  };
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
          ref={setScroller}
          role="grid"
          tabIndex={0}
          aria-label={queueText.list}
          aria-busy={!state.settled}
          aria-multiselectable="true"
          style={{ '--columns': columns } as CSSProperties}
          aria-rowcount={Math.ceil(state.total / columns)}
          data-layout={layout}
          aria-activedescendant={current === null ? undefined : cellId(current.id)}
          onMouseDown={actions.onMouseDown}
          onClick={onClick}
          onKeyDown={(event) => {
            if (!actions.onKeyDown(event, current?.id ?? null)) cursor.onKeyDown(event);
          }}
        >
          <div className="list-passing" aria-hidden="true">
            <div className="list-pattern" ref={setPattern} style={{ height: height + lineHeight }} />
          </div>
          <div className="list-rows" role="rowgroup" style={{ height: lines.height }}>
            {linesToDraw(lines, cursor.index === null ? null : Math.floor(cursor.index / columns)).map(
              ({ key, line }) => (
                <Line
                  key={key}
                  line={line}
                  top={line * lineHeight + lines.shift}
                  columns={columns}
                  layout={layout}
                  state={state}
                  current={cursor.index}
                  calm={calm}
                />
              ),
            )}
          </div>
        </div>
        {actions.locating === null ? null : (
          <LocateMenu locating={actions.locating} onClose={actions.onLocated} />
        )}
        {details ? <DetailsPane id={current?.id ?? null} onClose={closeDetails} /> : null}
      </div>
      <SelectionBar selection={selection} total={state.total} onAll={selectAll} onRemove={remove} />
      <RemovalQuestion selection={selection} isOpen={removing} onOpenChange={setRemoving} />
    </>
  );
});

/**
 * The lines in sight, in the order in which they stand in the page. The list names the photo at the cursor, so that one is
 * always there.
 */
function linesToDraw(
  { first, last, slots, order }: Lines,
  cursorLine: number | null,
): { key: string; line: number }[] {
  const drawn: { key: string; line: number }[] = [];
  for (const slot of order) {
    const line = first + ((slot - (first % slots) + slots) % slots);
    if (line <= last) drawn.push({ key: `slot ${slot}`, line });
  }
  if (cursorLine !== null && (cursorLine < first || cursorLine > last)) {
    drawn.push({ key: 'cursor', line: cursorLine });
  }
  return drawn;
}

interface LineProps {
  line: number;
  /** Pixels. */
  top: number;
  columns: number;
  layout: Layout;
  state: ListState;
  /** The place of the photo at the cursor. */
  current: number | null;
  calm: boolean;
}

/** A row of the list, or one of the grid with several photos. */
function Line({ line, top, columns, layout, state, current, calm }: LineProps): ReactElement {
  const first = line * columns;
  const places = Array.from({ length: Math.min(columns, state.total - first) }, (_, n) => first + n);
  return (
    <div
      className={layout === 'list' ? 'list-slot' : 'list-slot grid-line'}
      role="row"
      aria-rowindex={line + 1}
      style={{ transform: `translateY(${top}px)` }}
    >
      {places.map((place) => (
        <Cell
          key={place - first}
          place={place}
          row={state.row(place)}
          layout={layout}
          isCurrent={current === place}
          calm={calm}
        />
      ))}
    </div>
  );
}

interface CellProps {
  place: number;
  row: PhotoRow | null;
  layout: Layout;
  isCurrent: boolean;
  calm: boolean;
}

/** A photo at its place. The list listens for it. */
const Cell = memo(function Cell({ place, row, layout, isCurrent, calm }: CellProps): ReactElement {
  useStore(language);
  if (row === null) {
    return (
      <div
        className="list-cell list-blank"
        role="gridcell"
        aria-label={queueText.loading}
        data-cursor={isCurrent}
      >
        <RowPlaceholder />
      </div>
    );
  }
  return (
    <div
      className="list-cell list-photo"
      role="gridcell"
      id={cellId(row.id)}
      aria-label={rowNameText(row)}
      aria-selected={row.selected}
      data-cursor={isCurrent}
      data-place={place}
      data-id={row.id}
    >
      {layout === 'list' ? <PhotoRowView row={row} calm={calm} /> : <PhotoTile row={row} calm={calm} />}
    </div>
  );
});

/** The inner size of an element, pixels; 0 until there is one. */
function useSize(element: HTMLElement | null): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  // Before the first paint, so that it has rows.
  useLayoutEffect(() => {
    if (element === null) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((known) => (known.width === width && known.height === height ? known : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return size;
}

const cellId = (id: number): string => `photo-${id}`;
