import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Problem } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { appText, signInText, waitingForSignInText } from '../text/window.ts';
import { Mark } from './parts/icons.tsx';
import { ProblemNote } from './parts/problem-note.tsx';

/** Nobody is signed in: what this is, the way in, and what waits for it. */
export function SignedOutView({
  problem,
  waiting,
}: {
  problem: Problem | null;
  waiting: number;
}): ReactElement {
  const { act } = useServices();
  return (
    <main className="stage" data-testid="view-signed-out">
      <Mark size={72} />
      <h1>{appText.name}</h1>
      <p className="lead">{appText.promise}</p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      <Button
        className="button button-primary button-large"
        onPress={() => void act('auth.signIn')}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing to do here, and the view before took the focus with it
        autoFocus
        data-testid="sign-in"
      >
        {signInText.signIn}
      </Button>
      <p className="dim">{signInText.how}</p>
      {waiting > 0 ? (
        <p className="chip" data-testid="waiting-for-sign-in">
          {waitingForSignInText(waiting)}
        </p>
      ) : null}
    </main>
  );
}
