/**
 * What can be done to one photo: buttons on its line.
 *
 * They are plain buttons without handlers, which the list listens to ([Note: One listener]), and none of them is a stop
 * of the Tab key: the arrow keys lead from the row to its buttons and back (WAI-ARIA APG, grid).
 */
import type { ReactElement, ReactNode } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { PhotoRow } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { queueText, rowActionText } from '../text/window.ts';
import { CloseIcon, FirstIcon, LocateIcon, PauseIcon, PlayIcon, RetryIcon, UpIcon } from './parts/icons.tsx';

/** Each with the call that it makes; `locate` asks first where to look. */
export const rowActions = {
  locate: null,
  retry: 'queue.retry',
  'upload-anyway': 'queue.uploadAnyway',
  first: 'queue.prioritise',
  hold: 'queue.hold',
  release: 'queue.release',
  remove: 'queue.remove',
} as const;
export type RowAction = keyof typeof rowActions;

export function RowActions({ row }: { row: PhotoRow }): ReactElement {
  const { state } = row;
  const canRetry = state.kind === 'blocked' || (state.kind === 'waiting' && state.nextTryAt !== null);
  const canRemove = state.kind === 'blocked' || state.kind === 'waiting';
  const canHold = state.kind === 'waiting' || state.kind === 'active';
  const canInsist = state.kind === 'done' && state.duplicateOf !== null && !row.archived;
  const isMissing = state.kind === 'blocked' && state.reason === 'missing';
  const button = (action: RowAction, text: string, icon: ReactNode): ReactElement => (
    <button
      key={action}
      type="button"
      className="button button-icon"
      tabIndex={-1}
      title={text}
      aria-label={rowActionText(text, row.fileName)}
      data-action={action}
      data-testid={`${action === 'release' ? 'hold' : action}-${row.id}`}
    >
      {icon}
    </button>
  );
  return (
    <div className="row-actions" data-quiet={state.kind !== 'blocked'}>
      {isMissing ? button('locate', queueText.locate, <LocateIcon />) : null}
      {canRetry
        ? button('retry', state.kind === 'blocked' ? queueText.retry : queueText.tryNow, <RetryIcon />)
        : null}
      {canInsist ? button('upload-anyway', queueText.uploadAnyway, <UpIcon />) : null}
      {canHold && !row.held ? button('first', queueText.first, <FirstIcon />) : null}
      {canHold && !row.held ? button('hold', queueText.hold, <PauseIcon />) : null}
      {canHold && row.held ? button('release', queueText.release, <PlayIcon />) : null}
      {canRemove ? button('remove', queueText.remove, <CloseIcon />) : null}
    </div>
  );
}

export interface Locating {
  id: number;
  fileName: string;
  button: HTMLElement;
}

/** Where the file of a row is: the person shows it, or the folder that it went with. */
export function LocateMenu({ locating, onClose }: { locating: Locating; onClose: () => void }): ReactElement {
  const { act } = useServices();
  return (
    <Popover
      className="popover"
      aria-label={rowActionText(queueText.locate, locating.fileName)}
      placement="bottom end"
      triggerRef={{ current: locating.button }}
      isOpen
      onOpenChange={onClose}
    >
      <Menu
        className="menu"
        aria-label={rowActionText(queueText.locate, locating.fileName)}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the keys of an open menu are the menu's
        autoFocus="first"
        onClose={onClose}
      >
        <MenuItem className="menu-item" onAction={() => void act('queue.locate', locating.id, 'file')}>
          {queueText.locateFile}
        </MenuItem>
        <MenuItem className="menu-item" onAction={() => void act('queue.locate', locating.id, 'folder')}>
          {queueText.locateFolder}
        </MenuItem>
      </Menu>
    </Popover>
  );
}
