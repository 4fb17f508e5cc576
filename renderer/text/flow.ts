/** How fast it goes, in words. */
import { formatSpeed } from './format.ts';
import { say } from './language.ts';

/** What a chart of these bytes per second shows; the last of them is now. */
export function trafficText(perSecond: readonly number[]): string {
  const now = perSecond.at(-1) ?? 0;
  return say('traffic.label', {
    seconds: perSecond.length,
    now: formatSpeed(now),
    most: formatSpeed(Math.max(0, ...perSecond)),
  });
}
