import { useEffect, useRef, type ReactElement } from 'react';

const turnMs = 1_200;
const steps = 8;

/**
 * Something is going on that has no measure. It turns in steps: an animation of the page's own would have every frame
 * of the screen drawn anew for as long as it is there, and be half the cost of the work that it tells of.
 */
export function Spinner(): ReactElement {
  const spinner = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    let step = 0;
    const timer = setInterval(() => {
      step = (step + 1) % steps;
      if (spinner.current !== null) spinner.current.style.rotate = `${step / steps}turn`;
    }, turnMs / steps);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return <span className="spinner" ref={spinner} aria-hidden="true" />;
}
