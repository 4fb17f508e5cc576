/** The one window: made when it is wanted, opened where it was, hidden rather than closed where that is meant. */
import { screen, type BrowserWindow } from 'electron';
import fs from 'node:fs';
import { errorCode, type Log } from '../lib/log.ts';
import { replaceFile } from '../lib/replace-file.ts';
import { placeWindow, type WindowState } from './window-bounds.ts';

export interface WindowKeeper {
  /** null while there is none. */
  get(): BrowserWindow | null;
  /** Makes it, without showing it. */
  prepare(): void;
  /** Brings it to the front, whatever it was before. */
  show(): void;
  hide(): void;
  /** It is there for the person, who looks at it. */
  isFocused(): boolean;
  /** Resolves when its place is in the file, or could not be. */
  flush(): Promise<void>;
}

export interface WindowKeeperDeps {
  /** Makes a window that is not shown. */
  create: (state: WindowState) => BrowserWindow;
  /** Where its place is kept. */
  file: string;
  /** What its close button does. */
  onClose: () => 'close' | 'hide' | 'nothing';
  log: Log;
}

export function createWindowKeeper({ create, file, onClose, log }: WindowKeeperDeps): WindowKeeper {
  let window: BrowserWindow | null = null;
  /** It has painted, or gave up waiting for that: until then it is not shown. */
  let ready = false;
  let wanted = false;
  let saved = '';
  let lane = Promise.resolve();

  const save = (): void => {
    if (window === null || window.isMinimized() || window.isFullScreen()) return;
    const state: WindowState = { bounds: window.getNormalBounds(), maximised: window.isMaximized() };
    const text = `${JSON.stringify(state)}\n`;
    if (text === saved) return;
    saved = text;
    lane = lane
      .then(() => replaceFile(file, text))
      .catch((error: unknown) => {
        log('window.place_not_saved', { code: errorCode(error) });
      });
  };

  const prepare = (): void => {
    if (window !== null) return;
    const { workArea } = screen.getPrimaryDisplay();
    const state = placeWindow(readKept(file), [
      workArea,
      ...screen.getAllDisplays().map((display) => display.workArea),
    ]);
    const made = create(state);
    window = made;
    ready = false;
    made.once('ready-to-show', () => {
      ready = true;
      if (wanted) appear(made, state.maximised);
    });
    // Some compositors say nothing of a move at all; the place at the end is what matters.
    for (const event of ['resized', 'moved', 'maximize', 'unmaximize', 'hide'] as const)
      made.on(event as 'hide', save);
    made.on('close', (event) => {
      save();
      const answer = onClose();
      if (answer === 'close') return;
      event.preventDefault();
      if (answer === 'hide') hide();
    });
    made.on('closed', () => {
      window = null;
    });
  };

  const appear = (shown: BrowserWindow, maximise: boolean): void => {
    if (maximise) shown.maximize();
    if (shown.isMinimized()) shown.restore();
    shown.show();
    shown.focus();
  };
  const hide = (): void => {
    wanted = false;
    window?.hide();
  };

  return {
    get: () => window,
    prepare,
    show: () => {
      wanted = true;
      prepare();
      if (window !== null && ready) appear(window, false);
    },
    hide,
    isFocused: () => window !== null && window.isVisible() && window.isFocused(),
    flush: () => {
      save();
      return lane;
    },
  };
}

function readKept(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    // None yet, or one that is damaged: the window opens in the middle.
    return null;
  }
}
