/** The clock of a drop, held by the window itself: no question over a wire, and no polling, is in what it tells. */
import type { RunningApp } from '../../e2e/harness.ts';

/** A drop that is under way. */
export interface TimedDrop {
  /** When the files fell on the window: Unix milliseconds, with fractions. */
  droppedAt: number;
  /** Milliseconds from the drop until the window first showed each of the selectors, in their order. */
  shown: Promise<number[]>;
}

/**
 * Drops these paths on the window; its clock starts with the drop event and looks at every change of the page.
 *
 * @param selectors of which none may match before the drop.
 */
export async function timeDrop(
  app: RunningApp,
  paths: readonly string[],
  selectors: readonly string[],
): Promise<TimedDrop> {
  // The page knows no helper of the compiler: every function in here stands where it is used, without a name.
  const clock = await app.page.evaluateHandle((wanted) => {
    const dropped = new Promise<number>((resolve) => {
      addEventListener('drop', () => resolve(performance.now()), { capture: true, once: true });
    });
    const seen = wanted.map(
      (selector) =>
        new Promise<number>((resolve) => {
          const observer = new MutationObserver(() => {
            if (document.querySelector(selector) === null) return;
            observer.disconnect();
            // It is seen with the next frame, not with the change of the document.
            requestAnimationFrame(() => resolve(performance.now()));
          });
          observer.observe(document, { subtree: true, childList: true, attributes: true });
        }),
    );
    return {
      droppedAt: dropped.then((at) => performance.timeOrigin + at),
      shown: dropped.then(async (from) => (await Promise.all(seen)).map((at) => at - from)),
    };
  }, selectors);
  await app.dropPaths(paths);
  const droppedAt = await clock.evaluate((held) => held.droppedAt);
  return { droppedAt, shown: clock.evaluate((held) => held.shown) };
}

/** What the window shows once exactly `count` photos are done. */
export const doneSelector = (count: number): string => `[data-testid=summary-done][data-count="${count}"]`;
