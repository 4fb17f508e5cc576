/* oxlint-disable jsx-a11y/prefer-tag-over-role --
   What fills a real progress element can be moved by its width only, which costs layout. */
import { useState, type ReactElement } from 'react';
import type { PhotoRow } from '../../../preload/contract/model.ts';
import { formatPercent } from '../../text/format.ts';
import { sentShare } from '../../text/rows.ts';
import { queueText, rowActionText } from '../../text/window.ts';

/** From this share on a step is seen as a jump, unless it is drawn as a movement. */
const leap = 0.02;

/**
 * A bar from 0 to 1. It moves by transform alone, so that it costs no layout; and it is a plain element, as all of a row
 * is: see [Note: Long lists].
 */
export function Progress({
  label,
  share,
  tone,
}: {
  label: string;
  share: number;
  tone: 'active' | 'done' | 'held';
}): ReactElement {
  const [shown, setShown] = useState({ share, leaps: false });
  if (shown.share !== share) setShown({ share, leaps: Math.abs(share - shown.share) > leap });
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuetext={formatPercent(share)}
      data-tone={tone}
    >
      <span className="progress-fill" data-leaps={shown.leaps} style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

/** How much of a photo has been sent. */
export function PhotoProgress({ row }: { row: PhotoRow }): ReactElement {
  return (
    <Progress
      label={rowActionText(queueText.photoProgress, row.fileName)}
      share={sentShare(row)}
      tone="active"
    />
  );
}
