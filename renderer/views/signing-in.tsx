/** While the browser is open: where it stands, and the ways on. */
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { AuthState } from '../../preload/contract/model.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { deadlineText, signInStepText, signInText } from '../text/window.ts';
import { CheckIcon, Mark } from './parts/icons.tsx';
import { ProblemNote } from './parts/problem-note.tsx';

type SigningIn = Extract<AuthState, { kind: 'signingIn' }>;

const steps = ['opening', 'waiting', 'finishing'] as const;
const copiedForMs = 4000;

/** The sign-in under way, step by step, with its deadline (Unix milliseconds) as a countdown. */
export function SigningInView({ state }: { state: SigningIn }): ReactElement {
  const { act, clock } = useServices();
  const now = useNow(clock);
  const at = steps.indexOf(state.step);
  const inBrowser = state.openAgainUrl !== null && state.step !== 'finishing';
  return (
    <main className="stage" data-testid="view-signing-in">
      <Mark size={56} />
      <h1>{signInText.title}</h1>
      <ol className="steps">
        {steps.map((step, index) => (
          <li
            key={step}
            className="step"
            data-state={index < at ? 'done' : index === at ? 'now' : 'later'}
            aria-current={index === at ? 'step' : undefined}
          >
            <span className="step-mark" aria-hidden="true">
              {index < at ? <CheckIcon /> : index + 1}
            </span>
            <span>
              <span className="visually-hidden">
                {index < at ? signInText.stepDone : index === at ? signInText.stepNow : ''}
              </span>
              {signInStepText(step)}
            </span>
          </li>
        ))}
      </ol>
      {state.hint === undefined ? null : <ProblemNote problem={{ code: state.hint }} />}
      <div className="actions">
        <Button
          className="button"
          isDisabled={!inBrowser}
          onPress={() => void act('auth.openAgain')}
          data-testid="open-again"
        >
          {signInText.openAgain}
        </Button>
        <CopyLink disabled={!inBrowser} />
        <Button className="button" onPress={() => void act('auth.cancel')} data-testid="cancel-sign-in">
          {signInText.cancel}
        </Button>
      </div>
      {state.step === 'finishing' ? null : (
        <p className="dim numbers" data-testid="deadline">
          {deadlineText(Math.ceil((state.deadline - now) / 1000))}
        </p>
      )}
    </main>
  );
}

/** Copies through main, since the page itself has no clipboard, and says that it did. */
function CopyLink({ disabled }: { disabled: boolean }): ReactElement {
  const { client, notices } = useServices();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => {
      setCopied(false);
    }, copiedForMs);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const copy = async (): Promise<void> => {
    const reply = await client.ask('auth.copyLink');
    if (reply.ok) setCopied(true);
    else notices.add({ kind: 'problem', ...reply.problem });
  };
  return (
    <Button className="button" isDisabled={disabled} onPress={() => void copy()} data-testid="copy-link">
      {copied ? signInText.copied : signInText.copyLink}
    </Button>
  );
}
