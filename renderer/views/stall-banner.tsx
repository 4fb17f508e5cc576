import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Stall } from '../../preload/contract/model.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { stallText, stallWords } from '../text/flow.ts';
import { InfoIcon } from './parts/icons.tsx';

/** Nothing moves: the likely reason, and what to do about it. */
export function StallBanner({ stall }: { stall: Stall }): ReactElement {
  const { act, clock } = useServices();
  const now = useNow(clock, stall.nextTryAt !== null);
  return (
    <div className="banner" data-tone="quiet" data-testid="stall-banner" data-cause={stall.cause}>
      <InfoIcon />
      <p className="banner-text numbers">
        <strong>{stallText[stall.cause]}</strong> {stallWords(stall, now)}
      </p>
      {stall.cause === 'retry' ? (
        <Button className="button" onPress={() => void act('queue.retry', [])} data-testid="try-now">
          {stallText.tryNow}
        </Button>
      ) : null}
    </div>
  );
}
