import { useState, type ReactElement } from 'react';
import type { PhotoRow } from '../../../preload/contract/model.ts';
import { typeText } from '../../text/rows.ts';
import { FilmGlyph, PhotoGlyph } from './icons.tsx';

/**
 * A photo's thumbnail over a drawing of its kind, which is what remains when there is none. A thumbnail that
 * failed is asked for again when the photo has moved on, for by then its file may be there.
 */
export function Thumbnail({
  row,
  wanted = true,
  large = false,
}: {
  row: PhotoRow;
  /** Whether it is worth being asked for; one that is here stays. */
  wanted?: boolean;
  large?: boolean;
}): ReactElement {
  const [failed, setFailed] = useState<string | null>(null);
  const [asked, setAsked] = useState<number | null>(null);
  if (wanted && asked !== row.id) setAsked(row.id);
  const attempt = `${row.id} ${row.state.kind}`;
  return (
    <span className="thumb" data-large={large} aria-hidden="true">
      {row.contentType.startsWith('video/') ? <FilmGlyph /> : <PhotoGlyph />}
      <span className="thumb-type">{typeText(row)}</span>
      {failed === attempt || asked !== row.id ? null : (
        <img
          key={row.id}
          className="thumb-image"
          src={`thumb://photo/${row.id}`}
          alt=""
          draggable={false}
          decoding="async"
          onError={() => {
            setFailed(attempt);
          }}
        />
      )}
    </span>
  );
}
