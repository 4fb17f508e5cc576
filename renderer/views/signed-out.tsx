import { useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { OtherAccount, OwnerTally, Problem, UserView } from '../../preload/contract/model.ts';
import { unfinishedOf, useOwners } from '../state/owners.ts';
import { useServices } from '../state/services.ts';
import { accountText, goOnText, nameOf, removeLabel, waitingText } from '../text/accounts.ts';
import { initial } from '../text/format.ts';
import { appText, signInText, waitingForSignInText } from '../text/window.ts';
import { CloseIcon, Mark } from './parts/icons.tsx';
import { ProblemNote } from './parts/problem-note.tsx';
import { RemoveQuestion } from './remove-question.tsx';

interface SignedOutProps {
  problem: Problem | null;
  others: readonly OtherAccount[];
}

/** Nobody is at the window: what this is, the way in, who is known here and what waits for them. */
export function SignedOutView({ problem, others }: SignedOutProps): ReactElement {
  const { act } = useServices();
  const owners = useOwners();
  // Of somebody whose name is not known any more.
  const nameless = owners.filter((owner) => !others.some(({ user }) => user.sub === owner.sub));
  const waiting = nameless.reduce((sum, owner) => sum + owner.unfinished, 0);
  return (
    <main className="stage" data-testid="view-signed-out">
      <Mark size={72} />
      <h1>{appText.name}</h1>
      <p className="lead">{appText.promise}</p>
      {problem === null ? null : <ProblemNote problem={problem} />}
      {others.length === 0 ? null : <KnownAccounts others={others} owners={owners} />}
      <Button
        className={others.length === 0 ? 'button button-primary button-large' : 'button button-large'}
        onPress={() => void act('auth.signIn')}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing to do here, and the view before took the focus with it
        autoFocus
        data-testid="sign-in"
      >
        {others.length === 0 ? signInText.signIn : accountText.another}
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

interface KnownAccountsProps {
  others: readonly OtherAccount[];
  owners: readonly OwnerTally[];
}

function KnownAccounts({ others, owners }: KnownAccountsProps): ReactElement {
  const { act } = useServices();
  const [asked, setAsked] = useState<UserView | null>(null);
  return (
    <>
      <ul className="accounts" aria-label={accountText.known}>
        {others.map(({ user, live }) => (
          <li key={user.sub} className="accounts-item" data-testid={`known-${user.sub}`}>
            <span className="avatar" aria-hidden="true">
              {initial(nameOf(user))}
            </span>
            <span className="account-words">
              <span className="account-name" title={nameOf(user)}>
                {nameOf(user)}
              </span>
              {user.name === '' ? null : <span className="account-email">{user.email}</span>}
              <span className="account-email numbers">{waitingText(unfinishedOf(owners, user.sub))}</span>
            </span>
            <Button
              className={live ? 'button button-primary' : 'button'}
              aria-label={goOnText(user, live)}
              onPress={() => void act('auth.switchTo', user.sub)}
            >
              {live ? accountText.goOn : accountText.signIn}
            </Button>
            <Button
              className="button button-icon"
              aria-label={removeLabel(user)}
              onPress={() => {
                setAsked(user);
              }}
            >
              <CloseIcon />
            </Button>
          </li>
        ))}
      </ul>
      <RemoveQuestion
        user={asked}
        here={false}
        onClose={() => {
          setAsked(null);
        }}
        onYes={() => {
          if (asked !== null) void act('auth.removeAccount', asked.sub);
        }}
      />
    </>
  );
}
