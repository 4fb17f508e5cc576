import { app } from 'electron';
import os from 'node:os';
import path from 'node:path';
import { setAutostart } from './autostart.ts';

/**
 * Has the system start Tintype at login, without its window, or no longer. Rejects with the system's error.
 *
 * Done only when the setting changes: who takes Tintype out of the system's own list of such programs means it.
 */
export async function setStartAtLogin(on: boolean): Promise<void> {
  if (process.platform === 'linux') {
    const configured = process.env['XDG_CONFIG_HOME'] ?? '';
    await setAutostart(on, {
      configDir: path.isAbsolute(configured) ? configured : path.join(os.homedir(), '.config'),
      command: [
        // An AppImage is mounted somewhere else each time.
        process.env['APPIMAGE'] ?? process.execPath,
        ...(app.isPackaged ? [] : [app.getAppPath()]),
        '--hidden',
      ],
    });
    return;
  }
  app.setLoginItemSettings({
    openAtLogin: on,
    ...(process.platform === 'win32'
      ? { args: [...(app.isPackaged ? [] : [app.getAppPath()]), '--hidden'] }
      : {}),
  });
}

/** macOS hands over no arguments, but says that it was the login. */
export function wasStartedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
