/** The window: sandboxed, isolated, going nowhere but its own page. */
import { BrowserWindow, nativeTheme, type Session } from 'electron';
import { minSize, type WindowState } from './desktop/window-bounds.ts';
import { windowUrl } from './protocols.ts';

/**
 * Creates the window, which is not shown before somebody does so.
 *
 * @param locale the language to begin with, asked for whenever the page is loaded: it must not flash in another one.
 */
export function createWindow(preload: string, locale: () => string, { bounds }: WindowState): BrowserWindow {
  const window = new BrowserWindow({
    ...bounds,
    minWidth: minSize.width,
    minHeight: minSize.height,
    show: false,
    title: 'Tintype',
    // What shows before the first paint; the window's own background in each theme.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#151210' : '#f5f2ee',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  const load = (): void => void window.loadURL(`${windowUrl}?lang=${encodeURIComponent(locale())}`);
  lockDown(window);
  // The page holds nothing that is not elsewhere: a crashed one is opened again.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') load();
  });
  load();
  return window;
}

/** No navigation, no new windows, no webviews (Electron's security checklist, items 13 to 15). */
function lockDown({ webContents }: BrowserWindow): void {
  for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview'] as const) {
    webContents.on(event as 'will-navigate', (details) => {
      details.preventDefault();
    });
  }
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** The page needs no permission of the device at all. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // Nor may it put files on the disk.
  session.on('will-download', (event) => {
    event.preventDefault();
  });
}

/**
 * Nothing is spell-checked. Chromium would still fetch the dictionaries of its language from Google, unless each session
 * is told in the moment in which it is made (electron/electron, issue 22995).
 */
export function refuseDictionaries(session: Session): void {
  session.setSpellCheckerLanguages([]);
  session.setSpellCheckerEnabled(false);
}
