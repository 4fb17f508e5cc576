/** The bar at the top: what this is, how to add photos, who is signed in. */
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import {
  Header as MenuHeader,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components/Menu';
import type { UserView } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { initial } from '../text/format.ts';
import { accountText, appText, emptyText } from '../text/window.ts';
import { ChevronIcon, Mark, SignOutIcon } from './parts/icons.tsx';

/** The header of the workspace. The empty view has its own, larger buttons for adding. */
export function Header({ user }: { user: UserView }): ReactElement {
  const { summary, intake } = useServices();
  const hasRows = (useStore(summary)?.all.count ?? 0) > 0;
  return (
    <header className="header">
      <div className="brand">
        <Mark size={28} />
        <span className="brand-name">{appText.name}</span>
      </div>
      {hasRows ? (
        <div className="header-actions">
          <Button className="button" onPress={() => void intake.choose('files')} data-testid="choose-files">
            {emptyText.chooseFiles}
          </Button>
          <Button className="button" onPress={() => void intake.choose('folder')} data-testid="choose-folder">
            {emptyText.chooseFolder}
          </Button>
        </div>
      ) : null}
      <AccountMenu user={user} />
    </header>
  );
}

function AccountMenu({ user }: { user: UserView }): ReactElement {
  const { act } = useServices();
  const name = user.name === '' ? user.email : user.name;
  return (
    <MenuTrigger>
      <Button className="button account" data-testid="account">
        <span className="avatar" aria-hidden="true">
          {initial(name)}
        </span>
        <span className="visually-hidden">{accountText.account}: </span>
        <span className="account-words">
          <span className="account-name">{name}</span>
          {user.name === '' ? null : <span className="account-email">{user.email}</span>}
        </span>
        <ChevronIcon />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={accountText.account}>
          <MenuSection>
            <MenuHeader className="menu-header">
              {name}
              <br />
              {user.email}
            </MenuHeader>
            <MenuItem className="menu-item" onAction={() => void act('auth.signOut')} data-testid="sign-out">
              <SignOutIcon />
              {accountText.signOut}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
