/** Somebody is known: the header, what there is to tell, and the queue or the place to drop things on. */
import type { ReactElement } from 'react';
import type { AuthState } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { useSelected, useStore } from '../state/store.ts';
import { Banners } from './banners.tsx';
import { EmptyView } from './empty.tsx';
import { EngineFailedView } from './engine-failed.tsx';
import { Header } from './header.tsx';
import { QueueView } from './queue.tsx';
import { StartingView } from './starting.tsx';

export type KnownUser = Extract<AuthState, { kind: 'signedIn' | 'expired' }>;

/** The window of a person whose queue is open. */
export function WorkspaceView({ auth }: { auth: KnownUser }): ReactElement {
  return (
    <div className="workspace">
      <Header auth={auth} />
      <Banners auth={auth} />
      <WorkspaceBody />
    </div>
  );
}

function WorkspaceBody(): ReactElement {
  const { summary, engine } = useServices();
  // What the figures are is for those who show them: the views themselves stay as they are.
  const isEmpty = useSelected(summary, (queue) =>
    queue === null ? null : queue.all.count + queue.history.count === 0,
  );
  const status = useStore(engine);
  if (status?.kind === 'failed') {
    return <EngineFailedView problem={status.problem ?? { code: 'engine_failed' }} />;
  }
  // Until the first summary nothing is drawn: an empty queue that then fills would be a lie for a moment.
  if (isEmpty === null) return <StartingView testId="view-loading" />;
  return isEmpty ? <EmptyView /> : <QueueView />;
}
