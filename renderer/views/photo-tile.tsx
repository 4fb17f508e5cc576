/** One photo in the grid: the picture counts, the rest is small. What can be done with it is below the list. */
import { memo, type ReactElement } from 'react';
import type { PhotoRow } from '../../preload/contract/model.ts';
import { useStore } from '../state/store.ts';
import { formatPercent } from '../text/format.ts';
import { language } from '../text/language.ts';
import { rowText, sentShare } from '../text/rows.ts';
import { queueText, rowActionText } from '../text/window.ts';
import { AlertIcon } from './parts/icons.tsx';
import { Progress } from './parts/progress.tsx';
import { Thumbnail } from './parts/thumbnail.tsx';
import { sameRow, StateIcon } from './photo-row.tsx';

export const PhotoTile = memo(function PhotoTile({ row }: { row: PhotoRow }): ReactElement {
  useStore(language);
  const { title, detail } = rowText(row, 0);
  const sending = row.state.kind === 'active' && row.state.step === 'sending';
  return (
    <article
      className="tile"
      data-testid={`row-${row.id}`}
      data-state={row.state.kind}
      data-damaged={row.looksDamaged}
    >
      <Thumbnail row={row} large />
      <p className="tile-name ellipsis" title={row.fileName}>
        {row.fileName}
      </p>
      <p className="row-state tile-state" title={row.state.kind === 'blocked' ? detail : undefined}>
        <StateIcon row={row} />
        <span className="ellipsis">{title}</span>
        {row.looksDamaged ? (
          <span className="tile-damaged" title={queueText.damaged}>
            <AlertIcon />
            <span className="visually-hidden">{queueText.damaged}</span>
          </span>
        ) : null}
      </p>
      {sending ? (
        <Progress
          label={rowActionText(queueText.photoProgress, row.fileName)}
          share={sentShare(row)}
          text={formatPercent(sentShare(row))}
          tone="active"
        />
      ) : null}
    </article>
  );
}, sameRow);

/** Stands where a tile will be while its page is on the way. */
export function TilePlaceholder(): ReactElement {
  return (
    <div className="tile" aria-busy="true">
      <span className="thumb" data-large="true" />
      <span className="visually-hidden">{queueText.loading}</span>
    </div>
  );
}
