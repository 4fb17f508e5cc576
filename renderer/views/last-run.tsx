import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Filter, Summary } from '../../preload/contract/model.ts';
import { runFacts, runTitle } from '../text/runs.ts';

/** What the last run came to, while none goes on: each figure leads to the photos that it counts. */
export function LastRun({
  summary,
  onFilter,
}: {
  summary: Summary;
  onFilter: (filter: Filter) => void;
}): ReactElement | null {
  const { lastRun, running } = summary;
  if (running || lastRun === null) return null;
  return (
    <p className="facts numbers" data-testid="last-run" data-run={lastRun.id}>
      <span className="fact">{runTitle(lastRun)}</span>
      {runFacts(lastRun).map(({ text, filter }) => (
        <span className="fact" key={text}>
          {/* They may have been taken out of the queue since. */}
          {filter === null || summary[filter].count === 0 ? (
            text
          ) : (
            <Button
              className="link"
              onPress={() => {
                onFilter(filter);
              }}
              data-testid={`last-run-${filter}`}
            >
              {text}
            </Button>
          )}
        </span>
      ))}
    </p>
  );
}
