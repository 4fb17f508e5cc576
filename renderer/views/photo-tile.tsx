/** One photo in the grid: the picture counts, the rest is small. What can be done with it is below the list. */
import { memo, type ReactElement } from 'react';
import { useStore } from '../state/store.ts';
import { language } from '../text/language.ts';
import { rowText } from '../text/rows.ts';
import { queueText } from '../text/window.ts';
import { AlertIcon } from './parts/icons.tsx';
import { PhotoProgress } from './parts/progress.tsx';
import { Thumbnail } from './parts/thumbnail.tsx';
import { StateIcon, type PhotoProps } from './photo-row.tsx';

export const PhotoTile = memo(function PhotoTile({ row, calm }: PhotoProps): ReactElement {
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
      <Thumbnail row={row} wanted={calm} large />
      <p className="tile-name ellipsis" title={row.fileName}>
        {row.fileName}
      </p>
      <p className="row-state tile-state" title={row.state.kind === 'blocked' ? detail : title}>
        <StateIcon row={row} />
        <span className="ellipsis">{title}</span>
        {row.looksDamaged ? (
          <span className="tile-damaged" title={queueText.damaged}>
            <AlertIcon />
            <span className="visually-hidden">{queueText.damaged}</span>
          </span>
        ) : null}
      </p>
      {sending ? <PhotoProgress row={row} /> : null}
    </article>
  );
});
