import { useState, type ReactElement } from 'react';
import type { RowState } from '../../../preload/contract/model.ts';
import { FilmGlyph, PhotoGlyph } from './icons.tsx';

/**
 * A photo's thumbnail over a drawing of its kind, which is what remains when there is none. A thumbnail that
 * failed is asked for again when the photo has moved on, for by then its file may be there.
 */
export function Thumbnail({
  id,
  contentType,
  state,
}: {
  id: number;
  contentType: string;
  state: RowState['kind'];
}): ReactElement {
  const [failed, setFailed] = useState<string | null>(null);
  const attempt = `${id} ${state}`;
  const subtype = contentType.split('/')[1]?.replace(/^x-/, '') ?? '';
  return (
    <span className="thumb" aria-hidden="true">
      {contentType.startsWith('video/') ? <FilmGlyph /> : <PhotoGlyph />}
      <span className="thumb-type">{subtype.slice(0, 4)}</span>
      {failed === attempt ? null : (
        <img
          key={id}
          className="thumb-image"
          src={`thumb://photo/${id}`}
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
