/** What comes in, and how fast it goes out, in words. */
import type { Stall } from '../../preload/contract/model.ts';
import type { Dragged } from '../state/dragged.ts';
import { formatSpeed, joinList } from './format.ts';
import { say, words } from './language.ts';
import { waitDetail } from './rows.ts';

export const stallText = words('stall');

/** What a chart of these bytes per second shows; the last of them is now. */
export function trafficText(perSecond: readonly number[]): string {
  const now = perSecond.at(-1) ?? 0;
  return say('traffic.label', {
    seconds: perSecond.length,
    now: formatSpeed(now),
    most: formatSpeed(Math.max(0, ...perSecond)),
  });
}

/** What is held over the window. */
export function draggedText({ items, photos, videos, strangers }: Dragged): string {
  const others = items - photos - videos - strangers;
  if (others === items) return say('dragged.items', { count: items });
  return joinList([
    ...(photos > 0 ? [say('dragged.photos', { count: photos })] : []),
    ...(videos > 0 ? [say('dragged.videos', { count: videos })] : []),
    ...(others > 0 ? [say('dragged.others', { count: others })] : []),
    ...(strangers > 0 ? [say('dragged.strangers', { count: strangers })] : []),
  ]);
}

/** Why nothing moves, as far as anybody can tell, and what to do. `now` as in {@link waitDetail}. */
export function stallWords({ cause, reason, nextTryAt }: Stall, now: number): string {
  return cause === 'retry' ? waitDetail(reason ?? 'ready', nextTryAt, now) : say(`stall.${cause}Next`);
}
