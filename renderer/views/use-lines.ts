/** The lines of a list that are in sight, followed as the list is scrolled and resized. */
import { useEffectEvent, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { createLongList, heightOf, sameGlimpse, slotsOf, type Glimpse } from '../state/long-list.ts';

/** As long nothing must have moved before pictures are loaded, milliseconds. */
export const restAfterMs = 120;

export interface Lines extends Glimpse {
  /** Of the element that holds all lines, pixels. */
  height: number;
  slots: number;
  /** Brings a line into full sight. */
  reveal: (line: number) => void;
}

/**
 * Nothing is in sight while there is no scroller.
 *
 * @param pattern what shows that lines pass while the list flies; it stands still in the scroller.
 */
export function useLines(
  scroller: HTMLElement | null,
  pattern: HTMLElement | null,
  { lines, lineHeight, viewport }: { lines: number; lineHeight: number; viewport: number },
): Lines {
  const [list] = useState(createLongList);
  const [, redraw] = useState<Glimpse | null>(null);
  const geometry = { lines, lineHeight, viewport };
  list.resize(geometry);

  const draw = useEffectEvent((): void => {
    const next = list.glimpse();
    redraw((now) => (now !== null && sameGlimpse(now, next) ? now : next));
  });
  useLayoutEffect(() => {
    if (scroller === null) return;
    // The list before may have been left anywhere.
    list.moved(scroller.scrollTop, -Infinity);
    list.rest();
    draw();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const rest = (): void => {
      timer = null;
      delete scroller.dataset['flies'];
      const place = list.rest();
      if (place !== scroller.scrollTop) scroller.scrollTop = place;
      draw();
    };
    const onScroll = (): void => {
      const flies = list.moved(scroller.scrollTop, performance.now());
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(rest, restAfterMs);
      if (flies) {
        scroller.dataset['flies'] = '';
        if (pattern !== null) pattern.style.transform = `translateY(${list.phase()}px)`;
      }
      // In the frame that the scrolling belongs to: the lines must not lag behind.
      else {
        delete scroller.dataset['flies'];
        flushSync(draw);
      }
    };
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      scroller.removeEventListener('scroll', onScroll);
      if (timer !== null) clearTimeout(timer);
    };
  }, [scroller, pattern, list]);

  return {
    ...list.glimpse(),
    height: heightOf(geometry),
    slots: slotsOf(geometry),
    reveal: (line) => {
      scroller?.scrollTo({ top: list.scrollTopFor(line) });
    },
  };
}
