/** One photo: its picture, its name, where it stands and what can be done about it. */
import { memo, type ReactElement } from 'react';
import type { PhotoRow } from '../../preload/contract/model.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { formatBytes } from '../text/format.ts';
import { language } from '../text/language.ts';
import { placeText, rowText } from '../text/rows.ts';
import { queueText } from '../text/window.ts';
import { AlertIcon, CheckIcon, ClockIcon, PauseIcon, UpIcon } from './parts/icons.tsx';
import { PhotoProgress } from './parts/progress.tsx';
import { Thumbnail } from './parts/thumbnail.tsx';
import { RowActions } from './row-actions.tsx';

export interface PhotoProps {
  row: PhotoRow;
  /** The list does not move, or slowly: there is time for pictures. */
  calm: boolean;
}

/** A photo's row. Redrawn only when its own data changes, or once a second while it counts down. */
export const PhotoRowView = memo(function PhotoRowView({ row, calm }: PhotoProps): ReactElement {
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
      <Thumbnail row={row} wanted={calm} />
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
            {placeText(row)}
          </span>
        </p>
      </div>
      <RowStatus row={row} />
      <RowActions row={row} />
    </article>
  );
});

function RowStatus({ row }: { row: PhotoRow }): ReactElement {
  const { clock } = useServices();
  const now = useNow(clock, row.state.kind === 'waiting' && row.state.nextTryAt !== null);
  const text = rowText(row, now);
  const sending = row.state.kind === 'active' && row.state.step === 'sending';
  return (
    <div className="row-status">
      <p className="row-state">
        <StateIcon row={row} />
        <span className="ellipsis" title={text.title}>
          {text.title}
        </span>
        {sending ? <span className="row-percent numbers dim">{text.detail}</span> : null}
      </p>
      {sending ? (
        <PhotoProgress row={row} />
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

/** Stands where a row will be while its page is on the way; what is seen of it is the pattern behind. */
export function RowPlaceholder(): ReactElement {
  return (
    <div className="row-placeholder" aria-busy="true">
      <span className="visually-hidden">{queueText.loading}</span>
    </div>
  );
}
