/** The queue: its summary, the filters, and the list. */
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { filters, type Filter, type Summary } from '../../preload/contract/model.ts';
import { createQueueList, type QueueList } from '../state/queue-list.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { formatCount } from '../text/format.ts';
import { filterText, sortText } from '../text/rows.ts';
import { queueText, retryAllText } from '../text/window.ts';
import { RetryIcon, SortIcon } from './parts/icons.tsx';
import { PhotoList } from './photo-list.tsx';
import { SummaryPanel } from './summary-panel.tsx';

/** The queue of the person at the window. */
export function QueueView({ summary }: { summary: Summary }): ReactElement {
  const services = useServices();
  const [list, setList] = useState<QueueList | null>(null);
  // The list holds a subscription, so it lives and dies with the view.
  useEffect(() => {
    const opened = createQueueList(services.client, services.summary);
    setList(opened);
    return opened.close;
  }, [services]);
  return (
    <main className="body queue" data-testid="view-queue">
      <SummaryPanel summary={summary} />
      {list === null ? null : <FilteredList list={list} summary={summary} />}
    </main>
  );
}

function FilteredList({ list, summary }: { list: QueueList; summary: Summary }): ReactElement {
  const { act } = useServices();
  const { filter, sort } = useStore(list);
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
          {filters.map((name) => (
            <FilterTab key={name} name={name} count={summary[name].count} />
          ))}
        </TabList>
        <div className="toolbar-end">
          {summary.attention.count > 0 ? (
            <Button className="button" onPress={() => void act('queue.retry', [])} data-testid="retry-all">
              <RetryIcon />
              {retryAllText(summary.attention.count)}
            </Button>
          ) : null}
          <Button
            className="button button-quiet"
            onPress={() => {
              list.sortBy(sort === 'added' ? 'addedDesc' : 'added');
            }}
            aria-label={sortText(sort)}
            data-testid="sort"
          >
            <SortIcon />
            <span className="narrow-hidden">{sortText(sort)}</span>
          </Button>
        </div>
      </div>
      <TabPanel id={filter} className="tab-panel">
        <PhotoList key={`${filter} ${sort}`} list={list} />
      </TabPanel>
    </Tabs>
  );
}

function FilterTab({ name, count }: { name: Filter; count: number }): ReactElement {
  return (
    <Tab
      id={name}
      className="tab"
      data-testid={`filter-${name}`}
      data-count={count}
      data-alert={name === 'attention' && count > 0}
    >
      {filterText(name)} <span className="tab-count numbers">{formatCount(count)}</span>
    </Tab>
  );
}
