/** Wires the window: the bridge, the stores, and the app inside the last line of defence. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Bridge } from '../preload/contract/api.ts';
import { resolveLocale } from '../preload/language/locale.ts';
import { App } from './app.tsx';
import { createServices, ServicesContext } from './state/services.ts';
import { language, setLocale } from './text/language.ts';
import { fatalText } from './text/window.ts';
import { ErrorBoundary, FatalView } from './views/fatal.tsx';

const root = createRoot(document.getElementById('root') ?? document.body);

/** Hyphens, fonts, screen readers and mirroring follow what the page says of its language. */
function showLanguage(): void {
  const { locale, direction } = language.get();
  document.documentElement.lang = locale;
  document.documentElement.dir = direction;
}

// Main names the locale in the address, so that the first paint is in it.
const named = new URLSearchParams(location.search).get('lang');
setLocale(named ?? resolveLocale({ choice: 'system', system: navigator.languages }));
showLanguage();
language.subscribe(showLanguage);
window.tintype?.on('language.changed', setLocale);

/** Draws the window with new stores. `run` counts how often: main lets no page navigate, not even to itself. */
function show(bridge: Bridge, run: number): void {
  const services = createServices(bridge, Date.now);
  const reload = (): void => {
    services.close();
    show(bridge, run + 1);
  };
  root.render(
    <StrictMode>
      <ErrorBoundary key={run} onReload={reload}>
        <ServicesContext value={services}>
          <App />
        </ServicesContext>
      </ErrorBoundary>
    </StrictMode>,
  );
}

if (window.tintype === undefined) root.render(<FatalView body={fatalText.noBridge} />);
else show(window.tintype, 1);
