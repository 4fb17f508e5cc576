/** How fast the last minute and a half went, second by second. */
import { useEffect, useState, type ReactElement } from 'react';
import { useServices } from '../state/services.ts';
import { trafficText } from '../text/flow.ts';

const height = 28;
/** Uploads come in bursts; the eye wants their mean. */
const smoothing = 3;

/** Asks and draws once a second while it is there to be seen; belongs only where something moves. */
export function TrafficChart(): ReactElement | null {
  const { client, clock } = useServices();
  const [perSecond, setPerSecond] = useState<readonly number[]>([]);
  useEffect(() => {
    let there = true;
    const ask = async (): Promise<void> => {
      if (document.hidden) return;
      const reply = await client.ask('queue.traffic');
      if (there && reply.ok) setPerSecond(smoothed(reply.value));
    };
    void ask();
    const leave = clock.subscribe(() => void ask());
    return () => {
      there = false;
      leave();
    };
  }, [client, clock]);

  const most = Math.max(0, ...perSecond);
  if (most === 0) return null;
  const line = perSecond
    .map((bytes, x) => `${x} ${(height - 1 - (bytes / most) * (height - 2)).toFixed(1)}`)
    .join('L');
  const end = perSecond.length - 1;
  return (
    <svg
      className="traffic"
      viewBox={`0 0 ${end} ${height}`}
      preserveAspectRatio="none"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> has an address, and colours of its own
      role="img"
      aria-label={trafficText(perSecond)}
      data-testid="traffic"
    >
      <path className="traffic-area" d={`M0 ${height}L${line}L${end} ${height}Z`} />
      <path className="traffic-line" d={`M${line}`} />
    </svg>
  );
}

/** The mean of each second and those before it. */
function smoothed(perSecond: readonly number[]): number[] {
  return perSecond.map((_, index) => {
    const some = perSecond.slice(Math.max(0, index + 1 - smoothing), index + 1);
    return some.reduce((sum, bytes) => sum + bytes, 0) / some.length;
  });
}
