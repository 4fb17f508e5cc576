/** The queue: its summary, the filters, and the list. */
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { filters, layouts, type Filter } from '../../preload/contract/model.ts';
import { useKept } from '../state/kept.ts';
import { createQueueList, type QueueList } from '../state/queue-list.ts';
import { createSelectionStore, type SelectionStore } from '../state/selection.ts';
import { useServices } from '../state/services.ts';
import { useSelected } from '../state/store.ts';
import { detailsText } from '../text/details.ts';
import { formatCount } from '../text/format.ts';
import { filterText } from '../text/rows.ts';
import { queueText, retryAllText } from '../text/window.ts';
import { Finder, SortMenu } from './finder.tsx';
import { GridIcon, PaneIcon, RetryIcon } from './parts/icons.tsx';
import { PhotoList } from './photo-list.tsx';
import { SummaryPanel } from './summary-panel.tsx';
import { useCommand } from './use-command.ts';
import { viewOf } from './use-cursor.ts';

/** The queue of the person at the window. */
export function QueueView(): ReactElement {
  const services = useServices();
  const [shown, setShown] = useState<{ list: QueueList; selection: SelectionStore } | null>(null);
  // Both hold a subscription, so they live and die with the view.
  useEffect(() => {
    const { client, notices, summary: queue } = services;
    const list = createQueueList(client, queue);
    const selection = createSelectionStore(client, notices, queue, list.reload);
    setShown({ list, selection });
    return () => {
      list.close();
      selection.close();
    };
  }, [services]);
  return (
    <main className="body queue" data-testid="view-queue">
      <SummaryPanel onFilter={(filter) => shown?.list.select(filter)} />
      {shown === null ? null : <FilteredList {...shown} />}
    </main>
  );
}

function FilteredList({ list, selection }: { list: QueueList; selection: SelectionStore }): ReactElement {
  const { summary } = useServices();
  const hasHistory = useSelected(summary, (queue) => (queue?.history.count ?? 0) > 0);
  const filter = useSelected(list, (state) => state.filter);
  const sort = useSelected(list, (state) => state.sort);
  const descending = useSelected(list, (state) => state.descending);
  const [details, setDetails] = useState(false);
  const [layout, setLayout] = useKept('layout', layouts);
  useCommand('filter', (command) => {
    list.search('');
    list.select(command.filter);
  });
  useCommand('layout', (command) => {
    setLayout(command.layout);
  });
  useCommand('select-all', () => {
    const at = document.activeElement;
    // In a field all of its text is meant, as with the key.
    if (at instanceof HTMLInputElement) at.select();
    else void selection.change({ kind: 'all', view: viewOf(list) });
  });
  return (
    <Tabs
      className="tabs"
      selectedKey={filter}
      onSelectionChange={(key) => {
        const next = filters.find((known) => known === key);
        if (next !== undefined) list.select(next);
      }}
    >
      <div className="toolbar">
        <TabList className="tab-list" aria-label={queueText.filters}>
          {filters
            // Until something is in the history there is nothing to explain.
            .filter((name) => name !== 'history' || name === filter || hasHistory)
            .map((name) => (
              <FilterTab key={name} name={name} />
            ))}
        </TabList>
        <div className="toolbar-end">
          <RetryAll />
          <Finder list={list} />
          <SortMenu list={list} />
          <ToggleButton
            className="button button-icon"
            isSelected={layout === 'grid'}
            onChange={(asGrid) => {
              setLayout(asGrid ? 'grid' : 'list');
            }}
            aria-label={queueText.grid}
            data-testid="toggle-grid"
          >
            <GridIcon />
          </ToggleButton>
          <ToggleButton
            className="button button-icon"
            isSelected={details}
            onChange={setDetails}
            aria-label={detailsText.show}
            data-testid="toggle-details"
          >
            <PaneIcon />
          </ToggleButton>
        </div>
      </div>
      <TabPanel key={filter} id={filter} className="tab-panel">
        <PhotoList
          key={`${filter} ${sort} ${String(descending)} ${layout}`}
          list={list}
          selection={selection}
          layout={layout}
          details={details}
          onDetails={setDetails}
        />
      </TabPanel>
    </Tabs>
  );
}

function FilterTab({ name }: { name: Filter }): ReactElement {
  return (
    <Tab id={name} className="tab" data-testid={`filter-${name}`}>
      {filterText(name)} <TabCount name={name} />
    </Tab>
  );
}

/** Drawn by itself: all tabs are made anew when one of them is. */
function TabCount({ name }: { name: Filter }): ReactElement {
  const { summary } = useServices();
  const count = useSelected(summary, (queue) => queue?.[name].count ?? 0);
  return (
    <span className="tab-count numbers" data-alert={name === 'attention' && count > 0}>
      {formatCount(count)}
    </span>
  );
}

function RetryAll(): ReactElement | null {
  const { act, summary } = useServices();
  const count = useSelected(summary, (queue) => queue?.attention.count ?? 0);
  if (count === 0) return null;
  return (
    <Button className="button" onPress={() => void act('queue.retry', [])} data-testid="retry-all">
      <RetryIcon />
      {retryAllText(count)}
    </Button>
  );
}
