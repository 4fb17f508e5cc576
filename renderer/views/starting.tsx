import type { ReactElement } from 'react';
import { appText } from '../text/window.ts';
import { Mark } from './parts/icons.tsx';

/** Before the first answer from main or the engine; it only fades in when that takes long. */
export function StartingView({ testId = 'view-starting' }: { testId?: string }): ReactElement {
  return (
    <main className="stage stage-late" data-testid={testId} aria-busy="true">
      <Mark size={56} />
      <h1 className="visually-hidden">{appText.name}</h1>
      <p className="dim">{appText.starting}</p>
    </main>
  );
}
