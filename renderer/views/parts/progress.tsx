import type { ReactElement } from 'react';
import { ProgressBar } from 'react-aria-components/ProgressBar';

/** A bar from 0 to 1. It moves by transform alone, so that it costs no layout. */
export function Progress({
  label,
  share,
  text,
  tone,
}: {
  label: string;
  share: number;
  text: string;
  tone: 'active' | 'done' | 'held';
}): ReactElement {
  return (
    <ProgressBar
      className="progress"
      aria-label={label}
      value={share}
      minValue={0}
      maxValue={1}
      valueLabel={text}
      data-tone={tone}
    >
      <span className="progress-fill" style={{ transform: `scaleX(${share})` }} />
    </ProgressBar>
  );
}
