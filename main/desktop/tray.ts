/** Tintype's icon in the system's tray or menu bar. */
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import { errorCode, type Log } from '../lib/log.ts';
import { trayImage } from './icons.ts';
import type { TrayLook } from './look.ts';

export interface TrayIcon {
  /** Whether one could be made; a desktop may still not show it, and does not say so. */
  exists(): boolean;
  update(face: TrayFace): void;
  destroy(): void;
}

export interface TrayFace {
  look: TrayLook;
  tooltip: string;
  menu: readonly MenuItemConstructorOptions[];
}

/** @param onClick not called on macOS, where a click opens the menu. */
export function createTray(platform: NodeJS.Platform, onClick: () => void, log: Log): TrayIcon {
  let tray: Tray | null = null;
  try {
    tray = new Tray(trayImage('idle', platform));
    if (platform !== 'darwin') tray.on('click', onClick);
    log('tray.created');
  } catch (error) {
    log('tray.refused', { code: errorCode(error) });
  }
  let look: TrayLook = 'idle';
  let shown = '';
  return {
    exists: () => tray !== null,
    update: (face) => {
      if (tray === null) return;
      if (face.look !== look) {
        look = face.look;
        tray.setImage(trayImage(look, platform));
      }
      tray.setToolTip(face.tooltip);
      // A menu that is open would close: it is made anew only where it differs.
      const next = JSON.stringify(face.menu);
      if (next === shown) return;
      shown = next;
      tray.setContextMenu(Menu.buildFromTemplate([...face.menu]));
    },
    destroy: () => {
      tray?.destroy();
      tray = null;
    },
  };
}
