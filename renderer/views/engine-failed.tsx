import type { ReactElement } from 'react';
import type { Problem } from '../../preload/contract/model.ts';
import { problemText } from '../text/problems.ts';
import { problemFacts } from '../text/technical.ts';
import { AlertIcon } from './parts/icons.tsx';
import { Technical } from './parts/technical.tsx';

/** The engine cannot open the queue: why, and what to do. */
export function EngineFailedView({ problem }: { problem: Problem }): ReactElement {
  const text = problemText(problem.code);
  return (
    <main className="body stage" data-testid="view-engine-failed" data-code={problem.code}>
      <span className="stage-alert">
        <AlertIcon size={44} />
      </span>
      <h1>{text.sentence}</h1>
      <p className="lead" role="alert">
        {text.next}
      </p>
      <Technical facts={problemFacts(problem)} />
    </main>
  );
}
