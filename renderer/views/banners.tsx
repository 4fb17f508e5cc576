/** What there is to tell over the queue: session, connection, keychain, engine, and the last drop. */
import { useState, type ReactElement, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Problem, Summary } from '../../preload/contract/model.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { batteryText } from '../text/settings.ts';
import { remainingCount } from '../text/summary.ts';
import { appText, bannerText, clockText, obstacleOf, obstacleText, type Obstacle } from '../text/window.ts';
import { IntakeBanner } from './intake-report.tsx';
import { AlertIcon, CloseIcon, InfoIcon, KeyIcon, OfflineIcon } from './parts/icons.tsx';
import { ProblemWords } from './parts/problem-note.tsx';
import { StallBanner } from './stall-banner.tsx';
import type { KnownUser } from './workspace.tsx';

/** All banners that are true now, the most pressing first. */
export function Banners({ auth }: { auth: KnownUser }): ReactElement {
  const { summary, engine, act } = useServices();
  const queue = useStore(summary);
  const status = useStore(engine);
  const away = auth.kind === 'signedIn' && auth.offline ? 'offline' : null;
  const obstacle = obstacleOf(queue?.paused ?? null) ?? away;
  const clockTrouble = clockText(queue?.clockAheadMs ?? 0);
  return (
    <section className="banners" aria-label={bannerText.banners}>
      {auth.kind === 'expired' ? (
        <div className="banner" data-tone="warn" role="alert" data-testid="expired-banner">
          <KeyIcon />
          <p className="banner-text">
            <strong>
              {auth.reason === 'revoked' ? bannerText.expiredRevoked : bannerText.expiredMissing}
            </strong>{' '}
            {bannerText.expiredNext}
          </p>
          <Button
            className="button button-primary"
            onPress={() => void act('auth.signIn')}
            data-testid="sign-in"
          >
            {bannerText.signInAgain}
          </Button>
        </div>
      ) : null}
      {obstacle === null ? null : <ObstacleBanner obstacle={obstacle} queue={queue} />}
      {queue?.paused === 'battery' ? <BatteryBanner /> : null}
      {queue?.stall && obstacle === null ? <StallBanner stall={queue.stall} /> : null}
      {clockTrouble === null ? null : (
        <div className="banner" data-tone="quiet" data-testid="clock-banner">
          <InfoIcon />
          <p className="banner-text numbers">{clockTrouble}</p>
        </div>
      )}
      {auth.problem !== undefined ? (
        <ProblemBanner
          key={auth.problem.code}
          problem={auth.problem}
          icon={auth.problem.code.startsWith('auth_keychain_') ? <KeyIcon /> : <AlertIcon size={20} />}
          signIn={auth.problem.code === 'auth_keychain_unread'}
          testId="account-problem"
        />
      ) : null}
      {status?.kind === 'restarted' ? (
        <ProblemBanner
          key={status.problem?.code ?? 'restarted'}
          problem={status.problem ?? { code: 'engine_restarted' }}
          icon={<InfoIcon />}
          testId="engine-restarted"
        />
      ) : null}
      {queue?.intake ? <IntakeBanner report={queue.intake} /> : null}
    </section>
  );
}

function BatteryBanner(): ReactElement {
  const { settingsSection } = useServices();
  return (
    <div className="banner" data-tone="quiet" data-testid="battery-banner">
      <InfoIcon />
      <p className="banner-text">{batteryText.banner}</p>
      <Button
        className="button"
        onPress={() => {
          settingsSection.set('uploads');
        }}
      >
        {batteryText.settings}
      </Button>
    </div>
  );
}

function ObstacleBanner({ obstacle, queue }: { obstacle: Obstacle; queue: Summary | null }): ReactElement {
  const { clock } = useServices();
  const nextProbeAt = queue?.nextProbeAt ?? null;
  const now = useNow(clock, nextProbeAt !== null);
  const seconds = nextProbeAt === null ? null : Math.ceil((nextProbeAt - now) / 1000);
  return (
    <div className="banner" data-tone="quiet" data-testid="offline-banner" data-obstacle={obstacle}>
      <OfflineIcon />
      <p className="banner-text numbers">
        {obstacleText(obstacle, queue === null ? 0 : remainingCount(queue), seconds)}
      </p>
    </div>
  );
}

function ProblemBanner({
  problem,
  icon,
  testId,
  signIn = false,
}: {
  problem: Problem;
  icon: ReactNode;
  testId: string;
  /** Signing in anew is a way out. */
  signIn?: boolean;
}): ReactElement | null {
  const { act } = useServices();
  const [dismissed, setDismissed] = useState(false);
  if (dismissed) return null;
  return (
    <div className="banner" data-tone="quiet" role="alert" data-testid={testId}>
      {icon}
      <div className="banner-text">
        <ProblemWords problem={problem} />
      </div>
      {signIn ? (
        <Button className="button" onPress={() => void act('auth.signIn')} data-testid="sign-in">
          {bannerText.signInAgain}
        </Button>
      ) : null}
      <Button
        className="button button-icon"
        aria-label={appText.dismiss}
        onPress={() => {
          setDismissed(true);
        }}
      >
        <CloseIcon />
      </Button>
    </div>
  );
}
