/** What the layout does to words, read in the page. Each of these runs there, and may use nothing from outside itself. */

/**
 * Words that are cut off or stick out, each with why: what is shortened on purpose ends in dots and has its whole text
 * as a tooltip.
 */
export function cutOffWords(): string[] {
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const nameOf = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${(element.getAttribute('class') ?? '').replaceAll(' ', '.')}`;
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const text = (node.textContent ?? '').trim();
    const parent = node.parentElement;
    if (text === '' || parent === null || parent.closest('.visually-hidden, script, style') !== null)
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    if (words.width === 0 || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const complain = (why: string): void => {
      found.push(`${why}: ${nameOf(parent)} “${text.slice(0, 60)}”`);
    };
    let shortened = false;
    // Up to what scrolls: whatever lies beyond its edge can be reached.
    for (let box: Element | null = parent; box !== null && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.display === 'inline' || style.display === 'contents') continue;
      const edges = box.getBoundingClientRect();
      const beside = words.left < edges.left - 1 || words.right > edges.right + 1;
      const below = words.top < edges.top - 1 || words.bottom > edges.bottom + 1;
      if (beside) {
        shortened = style.textOverflow === 'ellipsis';
        if (!shortened) complain(`wider than ${nameOf(box)}`);
        else if (box.closest('[title]') === null) complain('shortened without a tooltip');
        break;
      }
      if (below && style.overflowY !== 'visible') {
        const clamped =
          style.getPropertyValue('-webkit-line-clamp') !== 'none' && box.closest('[title]') !== null;
        if (style.overflowY === 'hidden' && !clamped) complain(`higher than ${nameOf(box)}`);
        break;
      }
    }
    if (!shortened && (words.left < -1 || words.right > window.innerWidth + 1)) complain('off the window');
  }
  return found;
}

/** Everything that the page says to the eye or to a screen reader. */
export function spokenWords(): string[] {
  const said: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    if (node.parentElement?.closest('script, style') === null) said.push(node.textContent ?? '');
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-valuetext']) {
    for (const element of document.body.querySelectorAll(`[${name}]`)) {
      said.push(element.getAttribute(name) ?? '');
    }
  }
  return said.map((text) => text.trim()).filter((text) => text !== '');
}
