/** Files on their way in: by drop, by paste, by dialog. */
import type { AuthState } from '../../preload/contract/model.ts';
import type { Client } from './client.ts';
import type { Notices } from './notices.ts';
import type { ReadableStore } from './store.ts';

export interface Intake {
  /** Whether there is somebody whose queue could take files. */
  open(): boolean;
  add(files: readonly File[]): Promise<void>;
  /** The same for what was in the clipboard: files, or a picture. */
  paste(files: readonly File[]): Promise<void>;
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
  const take = async (files: readonly File[], verb: 'dropped' | 'pasted'): Promise<void> => {
    if (!isOpen()) {
      notices.add({ kind: `${verb}-signed-out` });
      return;
    }
    if (files.length === 0) {
      notices.add({ kind: `${verb}-other` });
      return;
    }
    const reply = await client.addFiles(files);
    if (!reply.ok) notices.add({ kind: 'problem', ...reply.problem });
  };
  return {
    open: isOpen,
    add: (files) => take(files, 'dropped'),
    paste: (files) => take(files, 'pasted'),
    choose: async (kind) => {
      const reply = await client.ask('intake.choose', kind);
      if (!reply.ok) notices.add({ kind: 'problem', ...reply.problem });
    },
  };
}
