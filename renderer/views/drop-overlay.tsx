/** Drag, drop and paste, anywhere on the window. */
import { useEffect, useState, type ReactElement } from 'react';
import { useServices } from '../state/services.ts';
import { dropText } from '../text/window.ts';

type Dragged = 'files' | 'other' | null;

/** Listens on the whole window and covers it while something is dragged over it. */
export function DropOverlay(): ReactElement | null {
  const { intake } = useServices();
  const [dragged, setDragged] = useState<Dragged>(null);

  useEffect(() => {
    const over = (event: DragEvent): void => {
      // Without this the window would open what is dropped on it.
      event.preventDefault();
      const kind = event.dataTransfer?.types.includes('Files') === true ? 'files' : 'other';
      // Also for what cannot be taken: a refused drag ends without a word, a drop can be answered.
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
      setDragged(kind);
    };
    const leave = (event: DragEvent): void => {
      // Only leaving the window has no element on the other side.
      if (event.relatedTarget === null) setDragged(null);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setDragged(null);
      void intake.add([...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLInputElement) return;
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) void intake.add(files);
    };
    const events = new AbortController();
    const { signal } = events;
    window.addEventListener('dragenter', over, { signal });
    window.addEventListener('dragover', over, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => {
      events.abort();
    };
  }, [intake]);

  if (dragged === null) return null;
  const words = !intake.open()
    ? { title: dropText.notSignedIn, hint: dropText.notSignedInHint }
    : dragged === 'files'
      ? { title: dropText.files, hint: dropText.filesHint }
      : { title: dropText.other, hint: dropText.otherHint };
  return (
    <output className="drop-overlay" data-testid="drop-overlay" data-kind={dragged}>
      <span className="drop-overlay-frame">
        <strong className="drop-overlay-title">{words.title}</strong>
        <span>{words.hint}</span>
      </span>
    </output>
  );
}
