/**
 * Keeps the keys in the window.
 *
 * [Note: The focus is never lost] A button often takes itself away: a view follows on another, a message is dismissed, the
 * last row is removed. The page then gives the keys to nothing at all, and whoever has no mouse starts from the top. So
 * when what had the focus is gone and nothing else took it, the list takes it, or the first thing in the new view.
 */

/** From the best place to the last. */
const homes = [
  '[role="grid"]',
  'main :is(button, input):not(:disabled)',
  ':is(button, input):not(:disabled)',
];

/** Follows the focus of the page until the returned function is called. */
export function keepFocus(page: Document): () => void {
  let had = page.activeElement === page.body ? null : page.activeElement;
  const onFocus = ({ target }: FocusEvent): void => {
    had = target instanceof Element ? target : null;
  };
  let looks = false;
  const look = (): void => {
    looks = false;
    if (had === null || page.activeElement !== page.body) return;
    if (had.isConnected && !had.matches(':disabled')) return;
    for (const home of homes) {
      // A view that begins has nothing to hold on to; it is looked at again when it changes.
      for (const element of page.querySelectorAll<HTMLElement>(home)) {
        element.focus({ preventScroll: true });
        if (page.activeElement === element) return;
      }
    }
  };
  const observer = new MutationObserver(() => {
    if (looks || page.activeElement !== page.body) return;
    looks = true;
    // A menu or dialog that closes gives the focus back to its button, a frame later.
    requestAnimationFrame(() => requestAnimationFrame(look));
  });
  page.addEventListener('focusin', onFocus);
  observer.observe(page.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  return () => {
    page.removeEventListener('focusin', onFocus);
    observer.disconnect();
  };
}
