import type { ReactElement } from 'react';
import type { Problem } from '../../../preload/contract/model.ts';
import { problemText } from '../../text/problems.ts';
import { problemFacts } from '../../text/technical.ts';
import { AlertIcon } from './icons.tsx';
import { Technical } from './technical.tsx';

/** A problem in words: what happened, what to do, and the log-safe detail for whoever helps. */
export function ProblemNote({ problem }: { problem: Problem }): ReactElement {
  return (
    <div className="note note-problem" role="alert" data-testid="problem" data-code={problem.code}>
      <AlertIcon size={20} />
      <div className="note-body">
        <ProblemWords problem={problem} />
      </div>
    </div>
  );
}

/** The words alone, for a place that has a frame of its own. */
export function ProblemWords({ problem }: { problem: Problem }): ReactElement {
  const text = problemText(problem.code);
  return (
    <>
      <p>
        <strong>{text.sentence}</strong> {text.next}
      </p>
      <Technical facts={problemFacts(problem)} />
    </>
  );
}
