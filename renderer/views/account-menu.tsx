/** Who is at the window, who else is known, and the ways out. */
import { useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import {
  Header as MenuHeader,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components/Menu';
import type { OtherAccount, UserView } from '../../preload/contract/model.ts';
import { unfinishedOf, useOwners } from '../state/owners.ts';
import { useServices } from '../state/services.ts';
import { initial } from '../text/format.ts';
import { accountText, nameOf, switchText, waitingText } from '../text/accounts.ts';
import { menuText, settingsText } from '../text/settings.ts';
import { appText } from '../text/window.ts';
import { ChevronIcon, CloseIcon, InfoIcon, OptionsIcon, PlusIcon, SignOutIcon } from './parts/icons.tsx';
import { RemoveQuestion } from './remove-question.tsx';
import type { KnownUser } from './workspace.tsx';

/** The button with the account's name, and its menu. */
export function AccountMenu({ auth }: { auth: KnownUser }): ReactElement {
  const { act } = useServices();
  const [asking, setAsking] = useState(false);
  const { user, others = [] } = auth;
  const name = nameOf(user);
  return (
    <>
      <MenuTrigger>
        <Button className="button account" data-testid="account">
          <span className="avatar" aria-hidden="true">
            {initial(name)}
          </span>
          <span className="visually-hidden">{accountText.account}: </span>
          <span className="account-words">
            <span className="account-name" title={name}>
              {name}
            </span>
            {user.name === '' ? null : <span className="account-email">{user.email}</span>}
          </span>
          <ChevronIcon />
        </Button>
        <Popover className="popover account-popover" placement="bottom end">
          <AccountItems user={user} others={others} onRemove={() => setAsking(true)} />
        </Popover>
      </MenuTrigger>
      <RemoveQuestion
        user={asking ? user : null}
        here
        onClose={() => setAsking(false)}
        onYes={() => void act('auth.signOutAndRemove')}
      />
    </>
  );
}

interface AccountItemsProps {
  user: UserView;
  others: readonly OtherAccount[];
  onRemove: () => void;
}

function AccountItems({ user, others, onRemove }: AccountItemsProps): ReactElement {
  const { act, settingsSection } = useServices();
  const owners = useOwners();
  const waiting = (sub: string): string => waitingText(unfinishedOf(owners, sub));
  return (
    <Menu className="menu" aria-label={accountText.account}>
      <MenuSection>
        <MenuHeader className="menu-header">
          {nameOf(user)}
          <br />
          {user.email}
        </MenuHeader>
        {others.map(({ user: other, live }) => (
          <MenuItem
            key={other.sub}
            className="menu-item"
            textValue={switchText(other, live)}
            aria-label={switchText(other, live)}
            onAction={() => void act('auth.switchTo', other.sub)}
            data-testid={`switch-to-${other.sub}`}
          >
            <span className="avatar" aria-hidden="true">
              {initial(nameOf(other))}
            </span>
            <ItemWords
              title={nameOf(other)}
              below={waiting(other.sub) || (other.name === '' ? '' : other.email)}
            />
            {live ? null : <span className="menu-end dim">{accountText.signIn}</span>}
          </MenuItem>
        ))}
        <MenuItem
          className="menu-item"
          textValue={accountText.another}
          onAction={() => void act('auth.addAccount')}
          data-testid="add-account"
        >
          <span className="menu-icon">
            <PlusIcon />
          </span>
          {accountText.another}
        </MenuItem>
      </MenuSection>
      <MenuSection className="menu-section" aria-label={settingsText.title}>
        <MenuItem
          className="menu-item"
          textValue={menuText.settings}
          onAction={() => {
            settingsSection.set('general');
          }}
          data-testid="open-settings"
        >
          <span className="menu-icon">
            <OptionsIcon />
          </span>
          {menuText.settings}
        </MenuItem>
        <MenuItem
          className="menu-item"
          textValue={appText.saveDiagnostics}
          onAction={() => void act('app.saveDiagnostics')}
        >
          <span className="menu-icon">
            <InfoIcon />
          </span>
          {appText.saveDiagnostics}
        </MenuItem>
      </MenuSection>
      <MenuSection className="menu-section" aria-label={accountText.signOut}>
        <MenuItem
          className="menu-item"
          textValue={accountText.signOut}
          onAction={() => void act('auth.signOut')}
          data-testid="sign-out"
        >
          <span className="menu-icon">
            <SignOutIcon />
          </span>
          <ItemWords title={accountText.signOut} below={waiting(user.sub)} />
        </MenuItem>
        <MenuItem
          className="menu-item"
          textValue={accountText.signOutAndRemove}
          onAction={onRemove}
          data-testid="sign-out-and-remove"
        >
          <span className="menu-icon">
            <CloseIcon />
          </span>
          {accountText.signOutAndRemove}
        </MenuItem>
      </MenuSection>
    </Menu>
  );
}

function ItemWords({ title, below }: { title: string; below: string }): ReactElement {
  return (
    <span className="account-words">
      <span className="account-name" title={title}>
        {title}
      </span>
      {below === '' ? null : <span className="account-email">{below}</span>}
    </span>
  );
}
