/**
 * How Tintype ends.
 *
 * [Note: Ending is safe] Whatever is answered, nothing is lost: the engine gives its work back to the queue, and the next
 * start goes on. So the question is a courtesy, asked once and only while photos go up; the system's own end, by a
 * shutdown or a signal, is never held up by it.
 */
import { app, dialog, powerMonitor } from 'electron';
import type { Translator } from '../../preload/language/translator.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { WindowKeeper } from './window-keeper.ts';

export interface Quitting {
  /** What the window's close button does. */
  onWindowClose(): 'close' | 'hide' | 'nothing';
  /** There is no way back: what is asked for now is for the next start. */
  ending(): boolean;
}

export interface QuittingDeps {
  keeper: () => Pick<WindowKeeper, 'get' | 'show' | 'hide'>;
  settings: Pick<SettingsStore, 'get' | 'change'>;
  words: () => Translator;
  /** Photos go up. */
  uploading: () => boolean;
  hasTray: () => boolean;
  /** Ends everything in good order. */
  stop: () => Promise<unknown>;
  onFailure: (error: unknown) => void;
}

type Answer = 'quit' | 'background' | 'cancel';
const answers: readonly Answer[] = ['quit', 'background', 'cancel'];

export function createQuitting(deps: QuittingDeps): Quitting {
  const { keeper, settings, words, uploading } = deps;
  let asking = false;
  /** Nobody is asked any more. */
  let agreed = false;
  let stopping: Promise<unknown> | null = null;
  let ended = false;

  const ask = async (): Promise<Answer> => {
    const { say } = words();
    const window = keeper().get();
    const question = {
      type: 'question',
      message: say('quit.title'),
      detail: say('quit.detail'),
      buttons: [say('quit.quit'), say('quit.background'), say('quit.cancel')],
      defaultId: 1,
      cancelId: 2,
      noLink: true,
      checkboxLabel: say('quit.dontAsk'),
    } as const;
    const { response, checkboxChecked } = await (window?.isVisible() === true
      ? dialog.showMessageBox(window, { ...question, buttons: [...question.buttons] })
      : dialog.showMessageBox({ ...question, buttons: [...question.buttons] }));
    const answer = answers[response] ?? 'cancel';
    if (checkboxChecked && answer !== 'cancel')
      // Whether that could be kept or not, this answer counts.
      await settings
        .change({ askBeforeQuit: false, ...(answer === 'background' ? { keepInTray: true } : {}) })
        .catch(deps.onFailure);
    return answer;
  };

  const question = (): void => {
    if (asking) return;
    asking = true;
    ask()
      .then((answer) => {
        asking = false;
        if (answer === 'background') keeper().hide();
        if (answer !== 'quit') return;
        agreed = true;
        app.quit();
      })
      .catch((error: unknown) => {
        asking = false;
        deps.onFailure(error);
      });
  };
  const mustAsk = (): boolean => !agreed && settings.get().askBeforeQuit && uploading();

  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    if (mustAsk()) return question();
    agreed = true;
    stopping ??= deps.stop().finally(() => {
      ended = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => {
    app.quit();
  });
  const endNow = (): void => {
    agreed = true;
    app.quit();
  };
  powerMonitor.on('shutdown', endNow);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endNow);
  // Windows tells the windows.
  app.on('browser-window-created', (_event, window) => {
    window.on('session-end', () => {
      agreed = true;
    });
  });

  return {
    onWindowClose: () => {
      if (agreed) return 'close';
      if (process.platform === 'darwin' || (settings.get().keepInTray && deps.hasTray())) return 'hide';
      if (!mustAsk()) {
        agreed = true;
        return 'close';
      }
      question();
      return 'nothing';
    },
    ending: () => stopping !== null,
  };
}
