/** Files on their way in: by drop, by paste, by dialog. */
import type { AuthState } from '../../preload/contract/model.ts';
import type { Client } from './client.ts';
import type { Notices } from './notices.ts';
import type { ReadableStore } from './store.ts';

export interface Intake {
  /** Whether there is somebody whose queue could take files. */
  open(): boolean;
  add(files: readonly File[]): Promise<void>;
  choose(kind: 'files' | 'folder'): Promise<void>;
}

/** Adds files and says so in a notice when it cannot. */
export function createIntake(
  client: Client,
  auth: ReadableStore<AuthState | null>,
  notices: Notices,
): Intake {
  const isOpen = (): boolean => {
    const kind = auth.get()?.kind;
    return kind === 'signedIn' || kind === 'expired';
  };
  return {
    open: isOpen,
    add: async (files) => {
      if (!isOpen()) {
        notices.add({ kind: 'dropped-signed-out' });
        return;
      }
      if (files.length === 0) {
        notices.add({ kind: 'dropped-other' });
        return;
      }
      const reply = await client.addFiles(files);
      if (!reply.ok) notices.add({ kind: 'problem', ...reply.problem });
    },
    choose: async (kind) => {
      const reply = await client.ask('intake.choose', kind);
      if (!reply.ok) notices.add({ kind: 'problem', ...reply.problem });
    },
  };
}
