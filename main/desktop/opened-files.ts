/** Files that came by the command line, by another start of Tintype or from the dock: they go the way of a drop. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { AuthState, WindowCommand } from '../../preload/contract/model.ts';

export interface OpenedFiles {
  /** Absolute paths. */
  open(files: readonly string[]): void;
  /** The sign-in or the engine may have become ready. */
  poke(): void;
}

export interface OpenedFilesDeps {
  auth: () => AuthState;
  /** Whether it is known who is signed in: at first it is looked for in the keychain. */
  authSettled: () => boolean;
  /** It can take files. */
  engineRuns: () => boolean;
  add: (files: string[]) => Promise<unknown>;
  tell: (command: WindowCommand) => void;
  onFailure: (error: unknown) => void;
}

/** Names that one notice can hold. */
const maxNames = 3;

/**
 * Those that come while Tintype starts wait until it is known who is signed in. Where nobody is, they are not kept: the
 * person is told, as after a drop, for whoever signs in next may be somebody else.
 */
export function createOpenedFiles({
  auth,
  authSettled,
  engineRuns,
  add,
  tell,
  onFailure,
}: OpenedFilesDeps): OpenedFiles {
  let waiting: string[] = [];

  const poke = (): void => {
    if (waiting.length === 0) return;
    const { kind } = auth();
    const known = kind === 'signedIn' || kind === 'expired';
    if (known ? !engineRuns() : kind === 'signingIn' || !authSettled()) return;
    const files = waiting;
    waiting = [];
    if (!known) return tell({ kind: 'notice', notice: { kind: 'dropped-signed-out' } });
    take(files).catch(onFailure);
  };

  const take = async (files: readonly string[]): Promise<void> => {
    const [there, missing] = await sorted(files);
    if (missing.length > 0)
      tell({
        kind: 'notice',
        notice: {
          kind: 'not-found',
          names: missing.slice(0, maxNames).map((file) => path.basename(file)),
          count: missing.length,
        },
      });
    if (there.length > 0) await add(there);
  };

  return {
    open: (files) => {
      waiting = [...waiting, ...files];
      poke();
    },
    poke,
  };
}

/** What is there, whatever it is, and what is not. One after the other: a command line has few, and disks are slow. */
async function sorted(files: readonly string[]): Promise<[there: string[], missing: string[]]> {
  const there: string[] = [];
  const missing: string[] = [];
  for (const file of new Set(files)) {
    const found = await fs.lstat(file).then(
      () => true,
      (error: unknown) => !isGone(error),
    );
    (found ? there : missing).push(file);
  }
  return [there, missing];
}

/** Any other trouble is for the walk to tell. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}
