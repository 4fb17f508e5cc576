/** One photo: its picture, its name, where it stands and what can be done about it. */
import { memo, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components/Menu';
import type { PhotoRow } from '../../preload/contract/model.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { formatBytes, formatPercent } from '../text/format.ts';
import { language } from '../text/language.ts';
import { rowText, sentShare } from '../text/rows.ts';
import { queueText, rowActionText } from '../text/window.ts';
import {
  AlertIcon,
  CheckIcon,
  ClockIcon,
  CloseIcon,
  FirstIcon,
  LocateIcon,
  PauseIcon,
  PlayIcon,
  RetryIcon,
  UpIcon,
} from './parts/icons.tsx';
import { Progress } from './parts/progress.tsx';
import { Thumbnail } from './parts/thumbnail.tsx';

interface RowProps {
  row: PhotoRow;
  /** Moves the focus to the list, for an action that takes its own button away. */
  keepFocus: () => void;
}

/** A photo's row. Redrawn only when its own data changes, or once a second while it counts down. */
export const PhotoRowView = memo(function PhotoRowView({ row, keepFocus }: RowProps): ReactElement {
  useStore(language);
  return (
    <article
      className="row"
      aria-label={row.fileName}
      data-testid={`row-${row.id}`}
      data-state={row.state.kind}
      data-damaged={row.looksDamaged}
      data-duplicate={row.state.kind === 'done' && row.state.duplicateOf !== null}
    >
      <Thumbnail row={row} />
      <div className="row-file">
        <p className="row-name">
          <span className="ellipsis" title={row.fileName}>
            {row.fileName}
          </span>
          {row.looksDamaged ? (
            <span className="badge" title={queueText.damagedHint}>
              <AlertIcon />
              {queueText.damaged}
            </span>
          ) : null}
        </p>
        <p className="row-place dim">
          <span className="numbers row-size">{formatBytes(row.size)}</span>
          <span className="ellipsis" title={row.folder}>
            {row.folder}
          </span>
        </p>
      </div>
      <RowStatus row={row} />
      <RowActions row={row} keepFocus={keepFocus} />
    </article>
  );
}, sameRow);

/** Whether a row would be drawn the same. */
export function sameRow(before: Pick<RowProps, 'row'>, after: Pick<RowProps, 'row'>): boolean {
  // Rows arrive as fresh copies; they are small and flat, so comparing them costs less than drawing one.
  return before.row === after.row || JSON.stringify(before.row) === JSON.stringify(after.row);
}

function RowStatus({ row }: { row: PhotoRow }): ReactElement {
  const { clock } = useServices();
  const now = useNow(clock, row.state.kind === 'waiting' && row.state.nextTryAt !== null);
  const text = rowText(row, now);
  const sending = row.state.kind === 'active' && row.state.step === 'sending';
  return (
    <div className="row-status">
      <p className="row-state">
        <StateIcon row={row} />
        <span>{text.title}</span>
        {sending ? <span className="row-percent numbers dim">{text.detail}</span> : null}
      </p>
      {sending ? (
        <Progress
          label={rowActionText(queueText.photoProgress, row.fileName)}
          share={sentShare(row)}
          text={formatPercent(sentShare(row))}
          tone="active"
        />
      ) : (
        <p className="row-detail dim numbers" title={text.detail}>
          {text.detail}
        </p>
      )}
    </div>
  );
}

/** The drawing of a photo's state. */
export function StateIcon({ row }: { row: PhotoRow }): ReactElement {
  switch (row.state.kind) {
    case 'waiting':
      return row.held ? <PauseIcon /> : <ClockIcon />;
    case 'active':
      return <UpIcon />;
    case 'done':
      return <CheckIcon />;
    case 'blocked':
      return <AlertIcon />;
  }
}

function RowActions({ row, keepFocus }: RowProps): ReactElement {
  const { act } = useServices();
  const { state } = row;
  const canRetry = state.kind === 'blocked' || (state.kind === 'waiting' && state.nextTryAt !== null);
  const canRemove = state.kind === 'blocked' || state.kind === 'waiting';
  const canHold = state.kind === 'waiting' || state.kind === 'active';
  const canInsist = state.kind === 'done' && state.duplicateOf !== null;
  const retryName = state.kind === 'blocked' ? queueText.retry : queueText.tryNow;
  const isMissing = state.kind === 'blocked' && state.reason === 'missing';
  return (
    <div className="row-actions" data-quiet={state.kind !== 'blocked'}>
      {isMissing ? <Locate row={row} /> : null}
      {canRetry ? (
        <Button
          className="button button-icon"
          aria-label={rowActionText(retryName, row.fileName)}
          onPress={() => {
            keepFocus();
            void act('queue.retry', [row.id]);
          }}
          data-testid={`retry-${row.id}`}
        >
          <RetryIcon />
        </Button>
      ) : null}
      {canInsist ? (
        <Button
          className="button button-icon"
          aria-label={rowActionText(queueText.uploadAnyway, row.fileName)}
          onPress={() => {
            keepFocus();
            void act('queue.uploadAnyway', [row.id]);
          }}
          data-testid={`upload-anyway-${row.id}`}
        >
          <UpIcon />
        </Button>
      ) : null}
      {canHold && !row.held ? (
        <Button
          className="button button-icon"
          aria-label={rowActionText(queueText.first, row.fileName)}
          onPress={() => {
            void act('queue.prioritise', [row.id]);
          }}
          data-testid={`first-${row.id}`}
        >
          <FirstIcon />
        </Button>
      ) : null}
      {canHold ? (
        <Button
          className="button button-icon"
          aria-label={rowActionText(row.held ? queueText.release : queueText.hold, row.fileName)}
          onPress={() => {
            void act(row.held ? 'queue.release' : 'queue.hold', [row.id]);
          }}
          data-testid={`hold-${row.id}`}
        >
          {row.held ? <PlayIcon /> : <PauseIcon />}
        </Button>
      ) : null}
      {canRemove ? (
        <Button
          className="button button-icon"
          aria-label={rowActionText(queueText.remove, row.fileName)}
          onPress={() => {
            keepFocus();
            void act('queue.remove', [row.id]);
          }}
          data-testid={`remove-${row.id}`}
        >
          <CloseIcon />
        </Button>
      ) : null}
    </div>
  );
}

/** Where the file of a row is: the person shows it, or the folder that it went with. */
function Locate({ row }: { row: PhotoRow }): ReactElement {
  const { act } = useServices();
  return (
    <MenuTrigger>
      <Button
        className="button button-icon"
        aria-label={rowActionText(queueText.locate, row.fileName)}
        data-testid={`locate-${row.id}`}
      >
        <LocateIcon />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={rowActionText(queueText.locate, row.fileName)}>
          <MenuItem className="menu-item" onAction={() => void act('queue.locate', row.id, 'file')}>
            {queueText.locateFile}
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => void act('queue.locate', row.id, 'folder')}>
            {queueText.locateFolder}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** Stands where a row will be while its page is on the way. */
export function RowPlaceholder(): ReactElement {
  return (
    <div className="row row-placeholder" aria-busy="true">
      <span className="thumb" />
      <span className="visually-hidden">{queueText.loading}</span>
      <span className="bone" aria-hidden="true" />
    </div>
  );
}
