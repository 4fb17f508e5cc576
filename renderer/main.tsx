/** Wires the window: the bridge, the stores, and the app inside the last line of defence. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createServices, ServicesContext } from './state/services.ts';
import { fatalText } from './text/window.ts';
import { ErrorBoundary, FatalView } from './views/fatal.tsx';

const root = createRoot(document.getElementById('root') ?? document.body);

if (window.tintype === undefined) {
  root.render(<FatalView body={fatalText.noBridge} />);
} else {
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <ServicesContext value={createServices(window.tintype, Date.now)}>
          <App />
        </ServicesContext>
      </ErrorBoundary>
    </StrictMode>,
  );
}
