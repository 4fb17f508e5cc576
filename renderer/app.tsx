/** Chooses the view for the state of the sign-in and the queue. */
import { useEffect, type ReactElement } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { assertNever } from './assert-never.ts';
import { useServices } from './state/services.ts';
import { useStore } from './state/store.ts';
import { language } from './text/language.ts';
import { keepFocus } from './views/focus-keeper.ts';
import { DropOverlay } from './views/drop-overlay.tsx';
import { LiveRegion } from './views/parts/live-region.tsx';
import { NoticeList } from './views/parts/notice-list.tsx';
import { ProxyPrompt } from './views/proxy-prompt.tsx';
import { SettingsView } from './views/settings.tsx';
import { SignedOutView } from './views/signed-out.tsx';
import { SigningInView } from './views/signing-in.tsx';
import { StartingView } from './views/starting.tsx';
import { UnconfiguredView } from './views/unconfigured.tsx';
import { WorkspaceView } from './views/workspace.tsx';

/** The whole window; drawn again in another language as soon as that is chosen. */
export function App(): ReactElement {
  const { locale } = useStore(language);
  useEffect(() => keepFocus(document), []);
  return (
    <I18nProvider locale={locale}>
      <ProxyPrompt />
      <CurrentView />
      <SettingsView />
      <NoticeList />
      <DropOverlay />
      <LiveRegion />
    </I18nProvider>
  );
}

function CurrentView(): ReactElement {
  const { auth } = useServices();
  const state = useStore(auth);
  switch (state?.kind) {
    case undefined:
      return <StartingView />;
    case 'unconfigured':
      return <UnconfiguredView problem={state.problem ?? null} />;
    case 'signedOut':
      return <SignedOutView problem={state.problem ?? null} others={state.others ?? []} />;
    case 'signingIn':
      return <SigningInView state={state} />;
    case 'signedIn':
    case 'expired':
      return <WorkspaceView auth={state} />;
    default:
      return assertNever(state);
  }
}
