/** The window's calls about files that the person points at, in the system's own dialogs and file manager. */
import {
  app,
  dialog,
  shell,
  type BrowserWindow,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron';
import path from 'node:path';
import type { MainCalls } from '../preload/contract/api.ts';
import { skipReasons, type SkipReason } from '../preload/contract/model.ts';
import type { Translator } from '../preload/language/translator.ts';
import type { EngineHost } from './engine-host.ts';
import { errorCode } from './lib/log.ts';
import { ProblemError, type Handlers } from './lib/rpc.ts';

type FileCalls = Pick<MainCalls, 'intake.choose' | 'intake.saveReport' | 'queue.locate' | 'queue.reveal'>;

export interface FileDialogDeps {
  /** Over which a dialog opens; null where there is none to be seen. */
  window: () => BrowserWindow | null;
  engine: Pick<EngineHost, 'call'>;
  words: () => Translator;
}

export function createFileDialogs({ window, engine, words }: FileDialogDeps): Handlers<FileCalls> {
  const ask = async (options: OpenDialogOptions): Promise<string[]> => {
    const parent = window();
    const { canceled, filePaths } = await (parent === null
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(parent, options));
    return canceled ? [] : filePaths;
  };
  return {
    'intake.choose': async (kind) => {
      const chosen = await ask({
        title: words().say(kind === 'files' ? 'dialog.choosePhotos' : 'dialog.chooseFolder'),
        properties: [kind === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'],
      });
      if (chosen.length > 0) await engine.call('intake.add', chosen);
    },
    'intake.saveReport': () => {
      const { say } = words();
      const reasons = Object.fromEntries(
        skipReasons.map((reason) => [reason, say(`skipWhy.${reason}`)]),
      ) as Record<SkipReason, string>;
      const options = {
        title: say('dialog.saveSkipped'),
        defaultPath: path.join(app.getPath('documents'), 'tintype-skipped.csv'),
      };
      return saveAs(window, options, (file) =>
        engine.call('intake.export', file, {
          path: say('dialog.skippedFile'),
          reason: say('dialog.skippedWhy'),
          cut: say('dialog.skippedCut'),
          reasons,
        }),
      );
    },
    'queue.locate': async (id, kind) => {
      const [place] = await ask({
        title: words().say(kind === 'file' ? 'dialog.locatePhoto' : 'dialog.locateFolder'),
        properties: [kind === 'file' ? 'openFile' : 'openDirectory'],
      });
      return place === undefined ? 0 : engine.call('queue.relocate', id, place);
    },
    'queue.reveal': async (id) => {
      shell.showItemInFolder(await engine.call('media.place', id));
    },
  };
}

/**
 * Asks where to, and has something saved there. False when nothing was chosen.
 *
 * @param write is given the path.
 * @throws ProblemError `file_not_saved`
 */
export async function saveAs(
  window: () => BrowserWindow | null,
  options: SaveDialogOptions,
  write: (file: string) => Promise<void>,
): Promise<boolean> {
  const parent = window();
  const { canceled, filePath } = await (parent === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(parent, options));
  if (canceled || filePath === '') return false;
  try {
    await write(filePath);
  } catch (error) {
    throw error instanceof ProblemError
      ? error
      : new ProblemError({ code: 'file_not_saved', detail: errorCode(error) });
  }
  return true;
}
