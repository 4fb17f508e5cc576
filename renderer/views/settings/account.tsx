import { useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { OtherAccount, UserView } from '../../../preload/contract/model.ts';
import { unfinishedOf, useOwners } from '../../state/owners.ts';
import { useServices } from '../../state/services.ts';
import { useStore } from '../../state/store.ts';
import { accountText, goOnText, nameOf, removeLabel, waitingText } from '../../text/accounts.ts';
import { initial } from '../../text/format.ts';
import { settingsText } from '../../text/settings.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { RemoveQuestion } from '../remove-question.tsx';

/** Who is signed in and who else is known: what the account menu has, and others can be taken off this computer. */
export function AccountSection(): ReactElement {
  const { auth, act, settingsSection } = useServices();
  const state = useStore(auth);
  const [removing, setRemoving] = useState<UserView | null>(null);
  const known = state?.kind === 'signedIn' || state?.kind === 'expired' ? state : null;
  const others = state !== null && 'others' in state ? (state.others ?? []) : [];
  /** What follows is shown behind the settings. */
  const leave = (): void => {
    settingsSection.set(null);
  };
  return (
    <>
      {known === null ? <p className="dim">{settingsText.nobody}</p> : null}
      {known === null && others.length === 0 ? null : (
        <ul className="accounts" aria-label={accountText.known}>
          {known === null ? null : <AccountLine user={known.user} />}
          {others.map((other) => (
            <AccountLine
              key={other.user.sub}
              user={other.user}
              other={other}
              onSwitch={() => {
                leave();
                void act('auth.switchTo', other.user.sub);
              }}
              onRemove={() => setRemoving(other.user)}
            />
          ))}
        </ul>
      )}
      {state?.kind === 'unconfigured' || state?.kind === 'signingIn' ? null : (
        <div className="actions actions-start">
          <Button
            className="button"
            onPress={() => {
              leave();
              void act(known === null ? 'auth.signIn' : 'auth.addAccount');
            }}
            data-testid="settings-add-account"
          >
            {known === null ? accountText.signIn : accountText.another}
          </Button>
          {known === null ? null : (
            <>
              <Button
                className="button"
                onPress={() => {
                  leave();
                  void act('auth.signOut');
                }}
                data-testid="settings-sign-out"
              >
                {accountText.signOut}
              </Button>
              <Button className="button" onPress={() => setRemoving(known.user)}>
                {accountText.signOutAndRemove}
              </Button>
            </>
          )}
        </div>
      )}
      <RemoveQuestion
        user={removing}
        here={removing !== null && removing.sub === known?.user.sub}
        onClose={() => setRemoving(null)}
        onYes={() => {
          if (removing === null) return;
          if (removing.sub === known?.user.sub) void act('auth.signOutAndRemove');
          else void act('auth.removeAccount', removing.sub);
        }}
      />
    </>
  );
}

function AccountLine({
  user,
  other,
  onSwitch,
  onRemove,
}: {
  user: UserView;
  /** Absent for the one at the window. */
  other?: OtherAccount;
  onSwitch?: () => void;
  onRemove?: () => void;
}): ReactElement {
  const owners = useOwners();
  const below = waitingText(unfinishedOf(owners, user.sub)) || (user.name === '' ? '' : user.email);
  return (
    <li className="accounts-item">
      <span className="avatar" aria-hidden="true">
        {initial(nameOf(user))}
      </span>
      <span className="account-words">
        <span className="account-name" title={nameOf(user)}>
          {nameOf(user)}
        </span>
        {below === '' ? null : <span className="account-email">{below}</span>}
      </span>
      {other === undefined ? null : (
        <>
          <Button className="button" aria-label={goOnText(user, other.live)} onPress={() => onSwitch?.()}>
            {other.live ? accountText.goOn : accountText.signIn}
          </Button>
          <Button className="button button-icon" aria-label={removeLabel(user)} onPress={() => onRemove?.()}>
            <CloseIcon />
          </Button>
        </>
      )}
    </li>
  );
}
