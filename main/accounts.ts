/** Signing out, with what it means for a queue: the one place where sign-in and engine are asked for one purpose. */
import type { MainCalls } from '../preload/contract/api.ts';
import type { AuthState } from '../preload/contract/model.ts';
import { untilAborted } from './auth/abort.ts';
import type { Auth } from './auth/auth.ts';
import type { EngineHost } from './engine-host.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { errorCode, type Log } from './lib/log.ts';
import { ProblemError, type Handlers } from './lib/rpc.ts';
import { withDeadline } from './lib/signals.ts';

type AccountCalls = Pick<
  MainCalls,
  | 'auth.signIn'
  | 'auth.addAccount'
  | 'auth.switchTo'
  | 'auth.signOut'
  | 'auth.signOutAndRemove'
  | 'auth.removeAccount'
>;

export interface AccountDeps {
  auth: () => Pick<
    Auth,
    'state' | 'session' | 'signIn' | 'addAccount' | 'switchTo' | 'signOut' | 'removeAccount'
  >;
  engine: Pick<EngineHost, 'call'>;
  /** Before a browser opens: what it brings back is good once, so a proxy that wants a password is to say so now. */
  beforeSignIn: () => void;
  log: Log;
  clock?: Clock;
}

const ownersWaitMs = 2_000;

/** The window's calls about accounts. */
export function createAccountCalls({
  auth,
  engine,
  beforeSignIn,
  log,
  clock = systemClock,
}: AccountDeps): Handlers<AccountCalls> {
  /** An account whose queue cannot be asked after is remembered: it may have one. Nobody waits for that to sign out. */
  const hasWork = async (sub: string): Promise<boolean> => {
    try {
      const owners = await withDeadline([], { ms: ownersWaitMs, clock }, (signal) =>
        untilAborted(engine.call('queue.owners'), signal),
      );
      return owners.some((owner) => owner.sub === sub);
    } catch (error) {
      log('accounts.owners', { code: errorCode(error) });
      return true;
    }
  };

  return {
    'auth.signIn': () => {
      beforeSignIn();
      return auth().signIn();
    },
    'auth.addAccount': () => {
      beforeSignIn();
      return auth().addAccount();
    },
    'auth.switchTo': (sub) => {
      beforeSignIn();
      return auth().switchTo(sub);
    },
    'auth.signOut': async () => {
      const sub = auth().session();
      await auth().signOut(sub !== null && (await hasWork(sub)));
    },
    'auth.signOutAndRemove': async () => {
      const sub = auth().session();
      if (sub === null) return;
      // Until the queue is gone its owner is known, so that it can be tried again.
      await auth().signOut(true);
      await engine.call('queue.removeOwner', sub);
      await auth().removeAccount(sub);
    },
    'auth.removeAccount': async (sub) => {
      if (!isOther(auth().state(), sub))
        throw new ProblemError({ code: 'bad_request', detail: 'no such account' });
      await engine.call('queue.removeOwner', sub);
      await auth().removeAccount(sub);
    },
  };
}

function isOther(state: AuthState, sub: string): boolean {
  return 'others' in state && (state.others ?? []).some(({ user }) => user.sub === sub);
}
