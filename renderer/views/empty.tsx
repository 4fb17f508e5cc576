import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { useServices } from '../state/services.ts';
import { emptyText } from '../text/window.ts';

/** The queue has nothing in it: a large calm place to drop things on, and the dialogs beside it. */
export function EmptyView(): ReactElement {
  const { intake } = useServices();
  return (
    <main className="body" data-testid="view-empty">
      <div className="drop-target">
        <EmptyPicture />
        <h1>{emptyText.title}</h1>
        <p className="dim">{emptyText.how}</p>
        <div className="actions">
          <Button
            className="button button-primary"
            onPress={() => void intake.choose('files')}
            data-testid="choose-files"
          >
            {emptyText.chooseFiles}
          </Button>
          <Button className="button" onPress={() => void intake.choose('folder')} data-testid="choose-folder">
            {emptyText.chooseFolder}
          </Button>
        </div>
      </div>
    </main>
  );
}

/** Three prints on a pile. */
function EmptyPicture(): ReactElement {
  return (
    <svg
      className="prints"
      width="148"
      height="112"
      viewBox="0 0 148 112"
      aria-hidden="true"
      focusable="false"
    >
      <g transform="rotate(-11 50 66)">
        <rect className="print" x="14" y="26" width="68" height="72" rx="4" />
        <rect className="print-image print-image-1" x="20" y="32" width="56" height="50" rx="2" />
      </g>
      <g transform="rotate(10 98 66)">
        <rect className="print" x="66" y="26" width="68" height="72" rx="4" />
        <rect className="print-image print-image-2" x="72" y="32" width="56" height="50" rx="2" />
      </g>
      <rect className="print" x="40" y="16" width="68" height="76" rx="4" />
      <rect className="print-image print-image-3" x="46" y="22" width="56" height="54" rx="2" />
      <circle className="print-sun" cx="88" cy="37" r="6" />
      <path className="print-hill" d="M46 76V64l15-14 13 12 10-9 18 17v6z" />
    </svg>
  );
}
