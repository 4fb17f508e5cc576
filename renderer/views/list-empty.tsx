/** What stands where a list has nothing to show: what that means, and where to go from here. */
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Filter, Summary } from '../../preload/contract/model.ts';
import type { QueueList } from '../state/queue-list.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { emptyListText, emptyWords, type EmptyList } from '../text/empty-list.ts';
import { finderText } from '../text/finder.ts';
import { remainingCount } from '../text/summary.ts';
import { queueText } from '../text/window.ts';
import { CheckIcon, ClockIcon, HistoryIcon, SearchIcon, UpIcon } from './parts/icons.tsx';

const marks: Record<Filter, () => ReactElement> = {
  all: ClockIcon,
  waiting: ClockIcon,
  active: UpIcon,
  done: CheckIcon,
  attention: CheckIcon,
  history: HistoryIcon,
};

/** A way out of an empty list. */
interface Way {
  name: string;
  text: string;
  go: () => void;
}

/** The filter of the list, or the search in it, leaves nothing. */
export function ListEmpty({ list }: { list: QueueList }): ReactElement | null {
  const { act, summary } = useServices();
  const queue = useStore(summary);
  const { filter, search } = useStore(list);
  if (queue === null) return null;
  const empty: EmptyList =
    search.trim() !== ''
      ? { kind: 'search', search }
      : filter === 'all' && queue.history.count > 0
        ? { kind: 'archived', count: queue.history.count }
        : { kind: 'filter', filter };
  const { title, hint } = emptyWords(empty);
  const Mark = empty.kind === 'search' ? SearchIcon : empty.kind === 'archived' ? CheckIcon : marks[filter];
  const to = (next: Filter, text: string): Way => ({
    name: next,
    text,
    go: () => {
      list.select(next);
    },
  });
  const ways: Way[] =
    empty.kind === 'search'
      ? [
          {
            name: 'clear',
            text: finderText.clear,
            go: () => {
              list.search('');
            },
          },
          ...(filter === 'all' || queue.all.count === 0 ? [] : [to('all', emptyListText.searchAll)]),
          ...(filter === 'history' || queue.history.count === 0
            ? []
            : [to('history', emptyListText.searchHistory)]),
        ]
      : waysOut(filter, queue, to, (call) => void act(call));
  return (
    <div className="list-empty" data-testid="list-empty" data-kind={empty.kind}>
      <span
        className="list-empty-mark"
        data-good={empty.kind === 'archived' || (empty.kind === 'filter' && filter === 'attention')}
      >
        <Mark />
      </span>
      <h2 className="list-empty-title">{title}</h2>
      <p className="dim">{hint}</p>
      {ways.length === 0 ? null : (
        <div className="actions">
          {ways.map(({ name, text, go }) => (
            <Button className="button" key={name} onPress={go} data-testid={`empty-${name}`}>
              {text}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** From a filter that has nothing to the one that has what is looked for. */
function waysOut(
  filter: Filter,
  queue: Summary,
  to: (next: Filter, text: string) => Way,
  act: (call: 'queue.resume' | 'queue.archive') => void,
): Way[] {
  const ways: Way[] = [];
  if (filter === 'active' && queue.paused === 'user' && remainingCount(queue) > 0) {
    ways.push({ name: 'resume', text: queueText.resume, go: () => act('queue.resume') });
  }
  if (filter === 'active' && queue.waiting.count > 0) ways.push(to('waiting', emptyListText.showWaiting));
  if (filter === 'history' && queue.done.count > 0) {
    ways.push({ name: 'archive', text: queueText.archive, go: () => act('queue.archive') });
  }
  if (filter === 'waiting' && queue.attention.count > 0) {
    ways.push(to('attention', emptyListText.showAttention));
  }
  if (filter !== 'history' && filter !== 'attention' && queue.history.count > 0) {
    ways.push(to('history', emptyListText.showHistory));
  }
  if (filter !== 'all' && queue.all.count > 0) ways.push(to('all', emptyListText.showAll));
  return ways;
}
