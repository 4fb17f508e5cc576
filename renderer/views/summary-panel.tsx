import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Filter, Summary } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { pauseText } from '../text/rows.ts';
import { doneShare, headlineText, remainingCount, summaryFacts } from '../text/summary.ts';
import { obstacleOf, queueText } from '../text/window.ts';
import { LastRun } from './last-run.tsx';
import { PauseIcon, PlayIcon } from './parts/icons.tsx';
import { Progress } from './parts/progress.tsx';
import { QueueOptions } from './queue-options.tsx';
import { TrafficChart } from './traffic-chart.tsx';

/** How the whole queue is doing, and the brake. */
export function SummaryPanel({ onFilter }: { onFilter: (filter: Filter) => void }): ReactElement | null {
  const summary = useStore(useServices().summary);
  if (summary === null) return null;
  const share = doneShare(summary);
  return (
    <section
      className="summary"
      aria-label={queueText.summary}
      data-testid="summary"
      data-count={summary.all.count}
      data-paused={summary.paused ?? undefined}
    >
      <div className="summary-line">
        <h1 className="summary-title numbers" data-testid="summary-done" data-count={summary.done.count}>
          {headlineText(summary)}
        </h1>
        <div className="summary-actions">
          <PauseButton summary={summary} />
          <QueueOptions summary={summary} />
        </div>
      </div>
      {summary.all.count === 0 ? null : (
        <>
          <Progress
            label={queueText.overall}
            share={share}
            tone={share === 1 ? 'done' : summary.paused === null ? 'active' : 'held'}
          />
          <div className="summary-line">
            <Facts summary={summary} />
            {summary.paused === null && (summary.active.count > 0 || summary.speed > 0) ? (
              <TrafficChart />
            ) : null}
          </div>
        </>
      )}
      <LastRun summary={summary} onFilter={onFilter} />
    </section>
  );
}

function Facts({ summary }: { summary: Summary }): ReactElement {
  const { pace } = useServices();
  const shown = { ...summary, ...useStore(pace) };
  return (
    <p className="facts numbers">
      {summaryFacts(shown).map((fact) => (
        <span className="fact" key={fact}>
          {fact}
        </span>
      ))}
      {summary.paused !== null && obstacleOf(summary.paused) === null && remainingCount(summary) > 0 ? (
        <span className="fact">{pauseText(summary.paused, summary.outage)}</span>
      ) : null}
    </p>
  );
}

function PauseButton({ summary }: { summary: Summary }): ReactElement | null {
  const { act } = useServices();
  if (summary.paused === 'user') {
    return (
      <Button className="button button-primary" onPress={() => void act('queue.resume')} data-testid="resume">
        <PlayIcon />
        {queueText.resume}
      </Button>
    );
  }
  if (remainingCount(summary) === 0) return null;
  return (
    <Button className="button" onPress={() => void act('queue.pause')} data-testid="pause">
      <PauseIcon />
      {queueText.pause}
    </Button>
  );
}
