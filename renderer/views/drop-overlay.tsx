/** Drag, drop and paste, anywhere on the window. */
import { useEffect, useState, type ReactElement } from 'react';
import { draggedOf, type Dragged } from '../state/dragged.ts';
import { useServices } from '../state/services.ts';
import { draggedText } from '../text/flow.ts';
import { dropText } from '../text/window.ts';

/** Listens on the whole window and covers it while something is dragged over it. */
export function DropOverlay(): ReactElement | null {
  const { intake } = useServices();
  const [dragged, setDragged] = useState<Dragged | 'other' | null>(null);

  useEffect(() => {
    let inside = false;
    const over = (event: DragEvent): void => {
      // Without this the window would open what is dropped on it.
      event.preventDefault();
      if (event.dataTransfer === null) return;
      // Also for what cannot be taken: a refused drag ends without a word, a drop can be answered.
      event.dataTransfer.dropEffect = 'copy';
      // What is dragged stays the same until it has left the window.
      if (!inside) setDragged(draggedOf(event.dataTransfer) ?? 'other');
      inside = true;
    };
    const end = (): void => {
      inside = false;
      setDragged(null);
    };
    const leave = (event: DragEvent): void => {
      // Only leaving the window has no element on the other side.
      if (event.relatedTarget === null) end();
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      end();
      void intake.add([...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent): void => {
      // What is pasted into a field is the field's.
      if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return;
      event.preventDefault();
      void intake.paste([...(event.clipboardData?.files ?? [])]);
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
    : dragged === 'other'
      ? { title: dropText.other, hint: dropText.otherHint }
      : { title: dropText.files, hint: draggedText(dragged) };
  return (
    <output
      className="drop-overlay"
      data-testid="drop-overlay"
      data-kind={dragged === 'other' ? 'other' : 'files'}
    >
      <span className="drop-overlay-frame">
        <strong className="drop-overlay-title">{words.title}</strong>
        <span>{words.hint}</span>
      </span>
    </output>
  );
}
