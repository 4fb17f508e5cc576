/** The bar at the top: what this is, how to add photos, who is signed in. */
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { useServices } from '../state/services.ts';
import { useSelected } from '../state/store.ts';
import { appText, emptyText } from '../text/window.ts';
import { AccountMenu } from './account-menu.tsx';
import { Mark } from './parts/icons.tsx';
import type { KnownUser } from './workspace.tsx';

/** The header of the workspace. The empty view has its own, larger buttons for adding. */
export function Header({ auth }: { auth: KnownUser }): ReactElement {
  const { summary, intake } = useServices();
  const hasRows = useSelected(
    summary,
    (queue) => queue !== null && queue.all.count + queue.history.count > 0,
  );
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
      <AccountMenu auth={auth} />
    </header>
  );
}
