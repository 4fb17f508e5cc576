/** Runs pieces of the stages' work, and says what follows for their rows from how it went. */
import type { Step } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { codeOf } from '../queue/database.ts';
import type { Photo } from '../queue/photo-queue.ts';
import type { Breaker } from './breaker.ts';
import type { Connectivity } from './connectivity.ts';
import { classify, technicalFacts, type Failure } from './failures.ts';
import type { Service } from './pipeline.ts';
import { eventFor, isOfNetwork, outageOf } from './policy.ts';
import type { Move } from './steps.ts';

/** One piece of work of a stage. */
export interface Work {
  step: Step;
  service: Service;
  signal: AbortSignal;
  startedAt: number;
}

export interface WorkDeps {
  clock: Pick<Clock, 'now'>;
  /** Uniform in [0, 1). */
  random: () => number;
  breakers: Readonly<Record<Exclude<Service, null>, Breaker>>;
  connectivity: Pick<Connectivity, 'check'>;
  /** Of a row's present attempt: the bytes sent in it, and whether a part of a large file has arrived. */
  attemptOf: (id: number) => { bytes: number; progressed: boolean };
  /** Nobody is signed in who could go on. */
  onSignInNeeded: () => void;
  /** A service asked for a pause. */
  onThrottled: () => void;
  /** Takes the outcome of each row, once. */
  settle: (step: Step, moves: readonly Move[]) => void;
  log: Log;
}

/**
 * The returned function resolves when each of the photos is settled.
 *
 * @throws what the queue itself meets: that is no failure of a row, nor could one be noted.
 */
export function createWork({
  clock,
  random,
  breakers,
  connectivity,
  attemptOf,
  onSignInNeeded,
  onThrottled,
  settle,
  log,
}: WorkDeps): (photos: Photo[], work: Work, attempt: (photos: Photo[]) => Promise<Move[]>) => Promise<void> {
  /** [Note: One place for failures] Steps throw; here a failure becomes a pause, an event of the row, or both. */
  const settleFailure = async (
    photos: readonly Photo[],
    { step, service, signal, startedAt }: Work,
    error: unknown,
  ): Promise<void> => {
    if (codeOf(error) !== 'internal') throw error;
    const failure: Failure = signal.aborted ? { kind: 'cancelled' } : classify(error);
    if (failure.kind === 'sign_in') onSignInNeeded();
    if (failure.kind === 'throttled') onThrottled();
    const offline = isOfNetwork(failure) && !(await connectivity.check());
    const detail = 'detail' in failure ? failure.detail : '';
    if (failure.kind !== 'cancelled')
      log('upload.failed', { kind: failure.kind, detail, rows: photos.length });
    const breaker = service === null ? null : breakers[service];
    const facts = technicalFacts(error);
    const outageReason = offline ? null : outageOf(failure);
    if (outageReason !== null) breaker?.failed(outageReason.reason, outageReason.retryAfterMs);
    // A file that cannot be read says nothing of the service, which was not asked.
    else if (failure.kind === 'blocked' && facts.status !== null) breaker?.succeeded();
    settle(
      step,
      photos.map((photo) => {
        const { bytes, progressed } = attemptOf(photo.id);
        return {
          id: photo.id,
          event: eventFor(failure, progressed ? { ...photo, attempts: 0 } : photo, {
            offline,
            outage: breaker?.outage()?.reason ?? null,
            now: clock.now(),
            random,
          }),
          facts: {
            ...(detail === '' ? {} : { lastError: detail }),
            tried: { tookMs: clock.now() - startedAt, bytes, ...facts },
          },
        };
      }),
    );
  };

  /** One photo that the backend will not take must not hold up the rest of its batch: then each goes by itself. */
  const workThrough: ReturnType<typeof createWork> = async (photos, work, attempt) => {
    try {
      const moves = await attempt(photos);
      settle(work.step, moves);
      // What a look at the row or its file has shown says nothing of the store.
      const isSent = moves.some(({ event }) => event.type === 'advanced' && event.to === 'confirming');
      if (work.service === 'backend' || (work.service === 'store' && isSent))
        breakers[work.service].succeeded();
    } catch (error) {
      if (photos.length === 1 || classify(error).kind !== 'blocked')
        return await settleFailure(photos, work, error);
      for (const photo of photos) await workThrough([photo], work, attempt);
    }
  };
  return workThrough;
}
